// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;

namespace Hermetic.TestKit.Durable;

/// <summary>The names of the simulated disk: what callers see, what lies on the platter, and the changes
/// between.</summary>
internal sealed class SimulatedNames
{
    private readonly List<Change> _pending = [];
    private Dictionary<string, SimulatedFile?> _seen = new(StringComparer.Ordinal);
    private Dictionary<string, SimulatedFile?> _platter = new(StringComparer.Ordinal);

    public IEnumerable<string> Files => _seen.Where(name => name.Value is not null).Select(name => name.Key)
        .Order(StringComparer.Ordinal);

    /// <summary>Every file that any name ever led to and still might after a cut.</summary>
    public IEnumerable<SimulatedFile> AllFiles => _seen.Values.Concat(_platter.Values)
        .Concat(_pending.Select(change => change.File)).OfType<SimulatedFile>().Distinct();

    public bool Has(string path) => _seen.ContainsKey(path);

    public bool IsFolder(string path) =>
        path.Length == 0 || (_seen.TryGetValue(path, out SimulatedFile? f) && f is null);

    public SimulatedFile? File(string path) => _seen.GetValueOrDefault(path);

    public IEnumerable<(string Path, SimulatedFile? File)> In(string folder) => _seen
        .Where(name => DurablePath.Parent(name.Key) == folder)
        .OrderBy(name => name.Key, StringComparer.Ordinal)
        .Select(name => (name.Key, name.Value));

    public void Create(string path, SimulatedFile? file) => Apply(new Change(null, path, file));

    public void Delete(string path) => Apply(new Change(path, null, _seen[path]));

    public void Rename(string from, string to) => Apply(new Change(from, to, _seen[from]));

    public void Flush(string folder)
    {
        foreach (Change change in _pending.Where(change => change.Touches(folder)))
        {
            change.ApplyTo(_platter);
        }
        _pending.RemoveAll(change => change.Touches(folder));
    }

    /// <summary>A flush that fails: some of the files' names reached the platter, and the system thinks that none is
    /// left. Readers go on to see all of them. New folders wait on for the next flush.</summary>
    public void FlushBadly(string folder, Random random)
    {
        foreach (Change change in _pending.Where(Lost).Where(_ => random.Next(2) == 0))
        {
            change.ApplyTo(_platter);
        }
        _pending.RemoveAll(Lost);

        bool Lost(Change change) => change.File is not null && change.Touches(folder);
    }

    /// <summary>Keeps the first changes, or any of them; then what no folder leads to is gone.</summary>
    public void LosePower(Random random)
    {
        bool inOrder = random.Next(2) == 0;
        int kept = random.Next(_pending.Count + 1);
        for (int i = 0; i < _pending.Count; i++)
        {
            if (inOrder ? i < kept : random.Next(2) == 0)
            {
                _pending[i].ApplyTo(_platter);
            }
        }
        _pending.Clear();
        foreach (string path in _platter.Keys.OrderBy(path => path, StringComparer.Ordinal).ToArray())
        {
            string parent = DurablePath.Parent(path);
            if (parent.Length > 0 && !(_platter.TryGetValue(parent, out SimulatedFile? folder) && folder is null))
            {
                _platter.Remove(path);
            }
        }
        _seen = new(_platter, StringComparer.Ordinal);
    }

    public SimulatedNames Copy()
    {
        SimulatedNames copy = new();
        foreach ((string path, SimulatedFile? file) in _seen)
        {
            copy._platter[path] = file?.Copy();
        }
        copy._seen = new(copy._platter, StringComparer.Ordinal);
        return copy;
    }

    private void Apply(Change change)
    {
        change.ApplyTo(_seen);
        _pending.Add(change);
    }

    /// <summary>A name goes (From), a name comes (To), or both in one step.</summary>
    private sealed record Change(string? From, string? To, SimulatedFile? File)
    {
        public bool Touches(string folder) =>
            (From is not null && DurablePath.Parent(From) == folder)
            || (To is not null && DurablePath.Parent(To) == folder);

        public void ApplyTo(Dictionary<string, SimulatedFile?> names)
        {
            if (From is not null && !(names.TryGetValue(From, out SimulatedFile? there) && there == File))
            {
                return;
            }
            if (From is not null)
            {
                names.Remove(From);
            }
            if (To is not null)
            {
                names[To] = File;
            }
        }
    }
}
