// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Hermetic.Cli.Demo.Tour;

/// <summary>Reads every file of a folder, its name too, as a thief would, and looks for texts in each form that text
/// takes on a disk, and for pieces of files as they are.</summary>
internal sealed class FolderSearch
{
    private static readonly (string Name, Func<string, byte[][]> Of)[] TextForms =
    [
        ("UTF-8", text => [Encoding.UTF8.GetBytes(text)]),
        ("UTF-16", text => [Encoding.Unicode.GetBytes(text), Encoding.BigEndianUnicode.GetBytes(text)]),
        ("capitals", text => [Encoding.UTF8.GetBytes(text.ToUpperInvariant())]),
        ("reversed", text => [Encoding.UTF8.GetBytes([.. text.Reverse()])]),
        ("hexadecimal", text => [Hex(text), Ascii(Convert.ToHexString(Encoding.UTF8.GetBytes(text)))]),
        ("base64", Base64),
        ("JSON", text => [Ascii(string.Concat(text.Select(one => $"\\u{(int)one:x4}")))]),
    ];

    private readonly List<(byte[] Bytes, string What)> _needles = [];

    /// <summary>How many byte strings it looks for.</summary>
    public int Needles => _needles.Count;

    public void AddText(string what, string text)
    {
        foreach ((string name, Func<string, byte[][]> of) in TextForms)
        {
            _needles.AddRange(of(text).Select(bytes => (bytes, $"{what} ({name})")));
        }
    }

    public void AddBytes(string what, ReadOnlySpan<byte> piece) => _needles.Add((piece.ToArray(), what));

    /// <summary>Writes all that it looks for into a file: what shows that it finds what is there.</summary>
    public void WriteAll(string path)
    {
        using FileStream file = File.Create(path);
        _needles.ForEach(needle =>
        {
            file.Write(needle.Bytes);
            file.WriteByte(0);
        });
    }

    /// <summary>How many files it read, their bytes, and what it found where.</summary>
    public (int Files, long Bytes, IReadOnlyList<string> Found) Look(string folder, CancellationToken cancellation)
    {
        (int files, long bytes) = (0, 0);
        List<string> found = [];
        foreach (string path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            cancellation.ThrowIfCancellationRequested();
            string name = Path.GetRelativePath(folder, path);
            byte[] content = [.. File.ReadAllBytes(path), 0, .. Encoding.UTF8.GetBytes(name)];
            (files, bytes) = (files + 1, bytes + content.Length);
            found.AddRange(_needles.Where(needle => content.AsSpan().IndexOf(needle.Bytes) >= 0)
                .Select(needle => $"{name}: {needle.What}"));
        }

        return (files, bytes, found);
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    private static byte[] Hex(string text) => Ascii(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)));

    // Wherever it begins in a longer text: the characters that depend on nothing before and behind it.
    private static byte[][] Base64(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return [.. Enumerable.Range(0, 3).Select(skip =>
        {
            int whole = (bytes.Length - skip) / 3 * 3;
            return Ascii(Convert.ToBase64String(bytes.AsSpan(skip, whole)));
        })];
    }
}
