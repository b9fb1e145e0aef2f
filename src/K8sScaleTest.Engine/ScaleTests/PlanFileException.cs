namespace K8sScaleTest.Engine.ScaleTests;

/// <summary>A plan file that cannot be read, or says something that no plan says. Its message names the file, the line, and what would be right.</summary>
public sealed class PlanFileException : Exception
{
    /// <summary>A fault of the file as a whole.</summary>
    public PlanFileException(string message)
        : base(message)
    {
    }

    /// <summary>A fault with its cause.</summary>
    public PlanFileException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
