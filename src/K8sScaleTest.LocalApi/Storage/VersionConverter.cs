namespace K8sScaleTest.LocalApi.Storage;

/// <summary>Rewrites a body from the stored version into another.</summary>
/// <param name="body">In the stored version.</param>
/// <param name="metadataEnd">Just after metadata, which all versions share.</param>
/// <param name="version">Index of the version that is wanted.</param>
internal delegate byte[] VersionConverter(byte[] body, int metadataEnd, int version);
