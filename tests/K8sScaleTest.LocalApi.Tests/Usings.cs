global using K8sScaleTest.TestSupport;
