using K8sScaleTest.LocalApi.Tests;

[assembly: AssemblyFixture(typeof(MachineShare))]
[assembly: AssemblyFixture(typeof(ServerFixture))]
