using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace K8sScaleTest.Engine.Metrics;

/// <summary>This machine's address as the Go programs named their loggers by it.</summary>
internal static class HostAddress
{
    private static readonly Lazy<string> Found = new(Find);

    /// <summary>The lowest address that is not a loopback's, IPv4 before IPv6; <c>127.0.0.1</c> on a machine without any.</summary>
    public static string Lowest => Found.Value;

    private static string Find()
    {
        var lowest = NetworkInterface.GetAllNetworkInterfaces()
            .Where(each => each.OperationalStatus == OperationalStatus.Up)
            .SelectMany(each => each.GetIPProperties().UnicastAddresses)
            .Select(each => each.Address)
            .Where(address => !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal)
            .Order(Comparer<IPAddress>.Create(Compare))
            .FirstOrDefault();
        return lowest?.ToString() ?? IPAddress.Loopback.ToString();
    }

    private static int Compare(IPAddress one, IPAddress other)
    {
        var families = (one.AddressFamily == AddressFamily.InterNetworkV6).CompareTo(other.AddressFamily == AddressFamily.InterNetworkV6);
        return families != 0 ? families : one.GetAddressBytes().AsSpan().SequenceCompareTo(other.GetAddressBytes());
    }
}
