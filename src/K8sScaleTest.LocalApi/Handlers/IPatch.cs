using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.Handlers;

/// <summary>A patch, read and ready to be applied to as many states as it takes.</summary>
internal interface IPatch
{
    /// <summary>Writes the object as the patch changes it.</summary>
    void Apply(JsonBuffer to, ReadOnlyMemory<byte> current, ApiRequest request);

    /// <summary>What an error shows of it.</summary>
    /// <param name="patched">What it made of the object.</param>
    string Describe(ReadOnlySpan<byte> patched);

    /// <summary>What an error says of a value of the wrong kind.</summary>
    string Explain(GoTypeException wrong) => wrong.Message;
}
