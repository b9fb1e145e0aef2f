using System.Text.Json;

namespace K8sScaleTest.LocalApi.Json;

/// <summary>A property of an object, or an element of an array (then without a name): where they stand in the text.</summary>
internal readonly record struct Member(Slice Name, Slice Value, JsonTokenType Token);
