using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.Resources;

/// <summary>What a kind does with an object before it is stored: a strategy, in the words of the API server.</summary>
internal interface IObjectRules
{
    /// <summary>Sets defaults and converts into the stored version, by overriding fields.</summary>
    /// <param name="value">The object in the version of the request.</param>
    /// <param name="version">Index of that version.</param>
    /// <param name="existing">What it replaces; null for a create.</param>
    void Prepare(DecodedObject value, int version, DecodedObject? existing);

    /// <summary>Finds what is wrong with the object.</summary>
    void Validate(DecodedObject value, DecodedObject? existing, List<Cause> causes);
}
