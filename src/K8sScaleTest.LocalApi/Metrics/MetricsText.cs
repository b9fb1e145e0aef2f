using System.Globalization;
using System.Text;

namespace K8sScaleTest.LocalApi.Metrics;

/// <summary>The text form of Prometheus (version 0.0.4).</summary>
internal sealed class MetricsText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    /// <summary>Begins a family: all samples of one name follow.</summary>
    /// <param name="name">Of the family.</param>
    /// <param name="type">counter, gauge or histogram.</param>
    /// <param name="help">What it is; [STABLE] or [ALPHA] first, as Kubernetes does.</param>
    public void Family(string name, string type, string help) =>
        _text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    public void Sample(string name, string labels, double value)
    {
        _text.Append(name);
        if (labels.Length > 0) _text.Append('{').Append(labels).Append('}');
        _text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    public byte[] ToUtf8() => Encoding.UTF8.GetBytes(_text.ToString());
}
