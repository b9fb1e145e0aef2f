namespace K8sScaleTest.Engine.Results.Files;

/// <summary>A file of records is missing, empty, foreign or broken; the message says what was found and what is needed.</summary>
public sealed class OperationFileException : IOException
{
    /// <summary>An error with its message.</summary>
    public OperationFileException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its message and cause.</summary>
    public OperationFileException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>An error without more to say.</summary>
    public OperationFileException()
    {
    }
}
