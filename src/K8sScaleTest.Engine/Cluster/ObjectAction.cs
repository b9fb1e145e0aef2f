namespace K8sScaleTest.Engine.Cluster;

/// <summary>What was done to an object of a cluster.</summary>
public enum ObjectAction
{
    /// <summary>It was made.</summary>
    Created,

    /// <summary>It was there, and differed.</summary>
    Updated,

    /// <summary>It was there as it shall be.</summary>
    Unchanged,

    /// <summary>It is gone.</summary>
    Deleted,

    /// <summary>It is marked as deleted, and the cluster will remove it.</summary>
    Deleting,

    /// <summary>It was left, since others use it.</summary>
    Kept,
}
