namespace K8sScaleTest;

/// <summary>Does something with a row of a run.</summary>
internal delegate void RowAction<TRow>(in TRow row)
    where TRow : struct;
