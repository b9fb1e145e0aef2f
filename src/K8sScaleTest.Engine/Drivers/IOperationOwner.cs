namespace K8sScaleTest.Engine.Drivers;

/// <summary>Whoever launches operations and hears how they ended: the open loop, full speed, the drain.</summary>
internal interface IOperationOwner
{
    /// <summary>
    /// An operation has ended; its row is complete. Called on a thread of the pool, for many operations at once.
    /// </summary>
    /// <returns>Whether the slot was given its next operation (by <see cref="OperationSlot.Prepare"/>) and is to go on with it.</returns>
    bool OnFinished(OperationSlot slot);
}
