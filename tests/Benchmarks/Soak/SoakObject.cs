using System.Globalization;
using System.Text;

namespace K8sScaleTest.Benchmarks.Soak;

/// <summary>The names of the soak's objects say into which namespace and which bucket each falls, so that what a watch must see can be told from the name alone.</summary>
internal static class SoakObject
{
    public const int Namespaces = 20;
    public const int Buckets = 50;

    public static string Namespace(long number) => "soak-" + (number % Namespaces).ToString(CultureInfo.InvariantCulture);

    public static string Name(long number) => string.Create(CultureInfo.InvariantCulture, $"o{number}-b{Bucket(number)}");

    public static long Bucket(long number) => number * 7 % Buckets;

    public static byte[] Body(long number) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{Name(number)}}}","labels":{"bucket":"b{{{Bucket(number)}}}"}},"data":{"k":"{{{new string('x', 100)}}}"}}"""));
}
