namespace K8sScaleTest.Engine.Tests.Informers;

/// <summary>Draws the same number always.</summary>
internal sealed class FixedRandom(double value) : Random
{
    public override double NextDouble() => value;
}
