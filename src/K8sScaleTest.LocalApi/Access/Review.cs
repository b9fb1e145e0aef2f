using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.Access;

/// <summary>Answers a question that came as an object to create.</summary>
/// <param name="to">Where to write the value of its status.</param>
/// <param name="request">Who asks.</param>
/// <param name="value">The question.</param>
internal delegate void Review(JsonBuffer to, ApiRequest request, DecodedObject value);
