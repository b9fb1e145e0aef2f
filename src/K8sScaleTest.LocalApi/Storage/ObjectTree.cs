namespace K8sScaleTest.LocalApi.Storage;

/// <summary>
/// The objects of one resource in the order of their keys: a B-tree that copies a node only when a snapshot may still be reading it.
/// </summary>
/// <remarks>
/// Lists read a snapshot without any lock while writes go on, which is what makes them consistent; subtree sizes give remainingItemCount
/// without counting. Writers, and readers of the tree itself, hold the lock of the store.
/// </remarks>
internal sealed class ObjectTree
{
    private Node _root = new(leaf: true, epoch: 0);
    private long _epoch;

    public int Count => _root.Size;

    /// <summary>A consistent view that no later write changes.</summary>
    public ObjectSnapshot Snapshot()
    {
        _epoch++;
        return new ObjectSnapshot(_root);
    }

    /// <summary>A tree of its own that begins as this one is; changes of either leave the other alone.</summary>
    public ObjectTree Fork()
    {
        _epoch++;
        return new ObjectTree { _root = _root, _epoch = _epoch + (1L << 40) };
    }

    public StoredObject? Find(string key) => Node.Find(_root, key);

    /// <summary>Adds the object, or replaces the one with its key.</summary>
    public void Set(StoredObject item)
    {
        _root = Own(_root);
        var right = Set(_root, item);
        if (right is null) return;
        var root = new Node(leaf: false, _epoch);
        root.Children![0] = _root;
        root.Children[1] = right;
        root.Count = 2;
        root.Size = _root.Size + right.Size;
        _root = root;
    }

    /// <summary>Removes the object with this key; false when there is none.</summary>
    public bool Remove(string key)
    {
        if (Find(key) is null) return false;
        _root = Own(_root);
        Remove(_root, key);
        while (!_root.IsLeaf && _root.Count == 1) _root = _root.Children![0];
        if (_root.Count == 0) _root = new Node(leaf: true, _epoch);
        return true;
    }

    private Node? Set(Node node, StoredObject item)
    {
        if (node.IsLeaf)
        {
            var at = node.IndexOf(item.Key);
            if (at >= 0)
            {
                node.Items![at] = item;
                return null;
            }
            if (node.Count < Node.Capacity)
            {
                node.InsertItem(~at, item);
                return null;
            }
            var split = node.Split(_epoch, ~at == Node.Capacity);
            if (~at > node.Count || split.Count == 0) split.InsertItem(~at - node.Count, item);
            else node.InsertItem(~at, item);
            return split;
        }

        var child = node.ChildFor(item.Key);
        var owned = node.Children![child] = Own(node.Children[child]);
        var before = owned.Size;
        var right = Set(owned, item);
        node.Size += owned.Size - before;
        if (right is null) return null;
        node.Size += right.Size;
        if (node.Count < Node.Capacity)
        {
            node.InsertChild(child + 1, right);
            return null;
        }
        var sibling = node.Split(_epoch, child + 1 == Node.Capacity);
        if (child + 1 > node.Count || sibling.Count == 0) sibling.InsertChild(child + 1 - node.Count, right);
        else node.InsertChild(child + 1, right);
        node.Resize();
        sibling.Resize();
        return sibling;
    }

    private void Remove(Node node, string key)
    {
        if (node.IsLeaf)
        {
            node.RemoveAt(node.IndexOf(key));
            return;
        }
        var child = node.ChildFor(key);
        var owned = node.Children![child] = Own(node.Children[child]);
        Remove(owned, key);
        if (owned.Count == 0) node.RemoveAt(child);
        node.Size--;
    }

    private Node Own(Node node) => node.Epoch == _epoch ? node : node.Copy(_epoch);

    /// <summary>A leaf with objects or an inner node with children.</summary>
    internal sealed class Node
    {
        public const int Capacity = 64;

        public Node(bool leaf, long epoch)
        {
            Epoch = epoch;
            if (leaf) Items = new StoredObject[Capacity];
            else Children = new Node[Capacity];
        }

        public long Epoch { get; }

        public StoredObject[]? Items { get; }

        public Node[]? Children { get; }

        public int Count { get; set; }

        /// <summary>Objects in the subtree.</summary>
        public int Size { get; set; }

        public bool IsLeaf => Items is not null;

        public string FirstKey => Items is not null ? Items[0].Key : Children![0].FirstKey;

        public static StoredObject? Find(Node node, string key)
        {
            while (!node.IsLeaf) node = node.Children![node.ChildFor(key)];
            var at = node.IndexOf(key);
            return at < 0 ? null : node.Items![at];
        }

        /// <summary>Index of the key in a leaf, or the complement of where it would stand.</summary>
        public int IndexOf(string key)
        {
            int low = 0, high = Count - 1;
            while (low <= high)
            {
                var middle = (low + high) >>> 1;
                var order = string.CompareOrdinal(Items![middle].Key, key);
                if (order == 0) return middle;
                if (order < 0) low = middle + 1;
                else high = middle - 1;
            }
            return ~low;
        }

        /// <summary>The child whose range the key falls into.</summary>
        public int ChildFor(string key)
        {
            int low = 1, high = Count - 1;
            while (low <= high)
            {
                var middle = (low + high) >>> 1;
                if (string.CompareOrdinal(Children![middle].FirstKey, key) <= 0) low = middle + 1;
                else high = middle - 1;
            }
            return low - 1;
        }

        public Node Copy(long epoch)
        {
            var copy = new Node(IsLeaf, epoch) { Count = Count, Size = Size };
            if (IsLeaf) Array.Copy(Items!, copy.Items!, Count);
            else Array.Copy(Children!, copy.Children!, Count);
            return copy;
        }

        /// <summary>Moves the upper half away, or nothing when the next key comes last: ascending keys then leave full nodes behind.</summary>
        public Node Split(long epoch, bool appending)
        {
            var right = new Node(IsLeaf, epoch);
            var keep = appending ? Count : Count / 2;
            right.Count = Count - keep;
            if (IsLeaf)
            {
                Array.Copy(Items!, keep, right.Items!, 0, right.Count);
                Array.Clear(Items!, keep, right.Count);
            }
            else
            {
                Array.Copy(Children!, keep, right.Children!, 0, right.Count);
                Array.Clear(Children!, keep, right.Count);
            }
            Count = keep;
            Resize();
            right.Resize();
            return right;
        }

        public void InsertItem(int at, StoredObject item)
        {
            Array.Copy(Items!, at, Items!, at + 1, Count - at);
            Items![at] = item;
            Count++;
            Size++;
        }

        public void InsertChild(int at, Node child)
        {
            Array.Copy(Children!, at, Children!, at + 1, Count - at);
            Children![at] = child;
            Count++;
        }

        public void RemoveAt(int at)
        {
            Count--;
            if (IsLeaf)
            {
                Array.Copy(Items!, at + 1, Items!, at, Count - at);
                Items![Count] = null!;
                Size--;
            }
            else
            {
                Array.Copy(Children!, at + 1, Children!, at, Count - at);
                Children![Count] = null!;
            }
        }

        public void Resize()
        {
            if (IsLeaf)
            {
                Size = Count;
                return;
            }
            Size = 0;
            for (var i = 0; i < Count; i++) Size += Children![i].Size;
        }
    }
}
