namespace K8sScaleTest.Engine.Objects;

/// <summary>What the names and labels of one worker's objects are made of.</summary>
/// <param name="RunId">The run's ID.</param>
/// <param name="Worker">The worker's number, from 0.</param>
/// <param name="Namespace">The namespace of the objects.</param>
/// <param name="NameDigits">Digits of the number in a name, zero-padded.</param>
public sealed record ObjectIdentity(string RunId, int Worker, string Namespace, int NameDigits)
{
    /// <summary>Length of every name.</summary>
    public int NameLength => RunId.Length + 1 + NameDigits;

    /// <summary>The label selector of this worker's objects.</summary>
    public string Selector => $"{RunIdentity.RunLabel}={RunId},{RunIdentity.WorkerLabel}={Worker}";

    /// <summary>The name of object <paramref name="sequence"/>, counted from 1: <c>runid-0001</c>.</summary>
    public string Name(long sequence) =>
        string.Create(NameLength, (RunId, sequence), static (name, state) =>
        {
            state.RunId.CopyTo(name);
            name[state.RunId.Length] = '-';
            var number = state.sequence;
            for (var i = name.Length - 1; i > state.RunId.Length; i--)
            {
                name[i] = (char)('0' + (number % 10));
                number /= 10;
            }
        });
}
