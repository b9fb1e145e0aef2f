using System.Net;
using System.Net.Sockets;

namespace K8sScaleTest.LocalApi.Hosting;

/// <summary>A port that is free on several addresses at once: the system gives one for a single address only.</summary>
internal static class FreePort
{
    private const int Attempts = 20;

    /// <summary>Throws <see cref="IOException"/> when none is found.</summary>
    public static int For(IReadOnlyList<IPAddress> addresses)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var bound = new List<Socket>();
            try
            {
                var port = 0;
                foreach (var address in addresses.Distinct())
                {
                    var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                    bound.Add(socket);
                    socket.Bind(new IPEndPoint(address, port));
                    port = ((IPEndPoint)socket.LocalEndPoint!).Port;
                }
                return port;
            }
            catch (SocketException) when (attempt < Attempts - 1)
            {
                // Taken on one of them, or no such address here: the last attempt says which.
            }
            catch (SocketException taken)
            {
                throw new IOException($"No port is free on all of {string.Join(", ", addresses)}: {taken.Message}", taken);
            }
            finally
            {
                foreach (var socket in bound) socket.Dispose();
            }
        }
        throw new IOException("No port was tried.");
    }
}
