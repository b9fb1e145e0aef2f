namespace K8sScaleTest.Engine.Api;

/// <summary>Takes the objects of a list as they are read.</summary>
public interface IObjectConsumer
{
    /// <summary>Takes one object, which is valid only during the call.</summary>
    void OnObject(ObservedObject observed);
}
