using K8sScaleTest.TestSupport;

[assembly: AssemblyFixture(typeof(MachineShare))]
