namespace K8sScaleTest.Engine.Informers;

/// <summary>What a worker gets of a <see cref="WorkQueue{T}"/>.</summary>
/// <typeparam name="T">The items.</typeparam>
/// <param name="Ended">Whether the queue is shut down and empty: there is no item, and there will be none.</param>
/// <param name="Item">The item; the worker must say when it is done with it.</param>
/// <param name="Marked">When the item was first marked dirty, in timestamps of the queue's clock.</param>
/// <param name="Taken">When the worker got it.</param>
public readonly record struct Work<T>(bool Ended, T Item, long Marked, long Taken);
