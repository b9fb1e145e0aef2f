namespace K8sScaleTest.Benchmarks.Driver;

/// <summary>What the managed heap holds per object that lives on the server, beyond the object's name.</summary>
internal static class MemoryPerObject
{
    private const int Pointer = 8;

    /// <summary>Bytes in use once all garbage is gone.</summary>
    public static long Settled()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }

    /// <summary>The slope between two populations, so that what does not depend on the population counts for none.</summary>
    public static double Between((int Objects, long Bytes, int NameBytes) few, (int Objects, long Bytes, int NameBytes) many)
    {
        var names = ((long)many.Objects * many.NameBytes) - ((long)few.Objects * few.NameBytes);
        return (double)(many.Bytes - few.Bytes - names) / (many.Objects - few.Objects);
    }

    /// <summary>Bytes that a string takes: method table, header, length, characters and a zero, rounded up to a pointer's size.</summary>
    public static int OfString(int length) => (Pointer + Pointer + sizeof(int) + (2 * (length + 1)) + Pointer - 1) / Pointer * Pointer;
}
