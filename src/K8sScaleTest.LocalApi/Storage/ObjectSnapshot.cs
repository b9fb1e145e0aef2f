namespace K8sScaleTest.LocalApi.Storage;

/// <summary>The objects of one resource as they were at one moment; reading it needs no lock.</summary>
internal sealed class ObjectSnapshot(ObjectTree.Node root)
{
    public int Count => root.Size;

    public StoredObject? Find(string key) => root.Size == 0 ? null : ObjectTree.Node.Find(root, key);

    /// <summary>How many keys are less than this one.</summary>
    public int Rank(string key)
    {
        var rank = 0;
        var node = root;
        while (!node.IsLeaf)
        {
            var child = node.ChildFor(key);
            for (var i = 0; i < child; i++) rank += node.Children![i].Size;
            node = node.Children![child];
        }
        var at = node.IndexOf(key);
        return rank + (at < 0 ? ~at : at);
    }

    /// <summary>The objects whose keys are at least <paramref name="from"/> and start with <paramref name="prefix"/>, in order.</summary>
    public IEnumerable<StoredObject> Range(string from, string prefix)
    {
        var path = new Stack<(ObjectTree.Node Node, int Next)>();
        var node = root;
        while (!node.IsLeaf)
        {
            var child = node.ChildFor(from);
            path.Push((node, child + 1));
            node = node.Children![child];
        }
        var at = node.IndexOf(from);
        if (at < 0) at = ~at;
        while (true)
        {
            for (; at < node.Count; at++)
            {
                var item = node.Items![at];
                if (!item.Key.StartsWith(prefix, StringComparison.Ordinal)) yield break;
                yield return item;
            }
            while (path.Count > 0 && path.Peek() is var top && top.Next >= top.Node.Count) path.Pop();
            if (!path.TryPop(out var step)) yield break;
            path.Push((step.Node, step.Next + 1));
            node = step.Node.Children![step.Next];
            while (!node.IsLeaf)
            {
                path.Push((node, 1));
                node = node.Children![0];
            }
            at = 0;
        }
    }
}
