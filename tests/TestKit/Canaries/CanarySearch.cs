// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.TestKit.Canaries;

/// <summary>A mark that was found.</summary>
public sealed record CanaryFinding(string Mark, string Form, string File)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Mark} as {Form} in {File}";
}

/// <summary>Looks for marks in every file below a folder: in each of their forms, and in each of those inside whatever
/// can be inflated (zlib, gzip) from any place of a file.</summary>
public static class CanarySearch
{
    /// <summary>All that is found.</summary>
    /// <param name="folder">Where; files that are open or locked are read too.</param>
    /// <param name="marks">What.</param>
    /// <param name="leaveOut">Files that hold a mark by right: what the operator wrote.</param>
    public static IReadOnlyList<CanaryFinding> FindIn(
        string folder, IReadOnlyList<CanaryMark> marks, params string[] leaveOut)
    {
        List<CanaryFinding> found = [];
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            if (!leaveOut.Contains(file) && Read(file) is { Length: > 0 } octets)
            {
                Find(file, "", octets, marks, found);
                foreach ((string kind, byte[] plain) in Inflation.FromAnywhere(octets))
                {
                    Find(file, $"{kind}, ", plain, marks, found);
                }
            }
        }

        return found;
    }

    private static void Find(string file, string around, ReadOnlySpan<byte> octets, IReadOnlyList<CanaryMark> marks,
        List<CanaryFinding> found)
    {
        foreach (CanaryMark mark in marks)
        {
            foreach (CanaryForm form in mark.Forms)
            {
                if (octets.IndexOf(form.Octets) >= 0)
                {
                    found.Add(new(mark.Name, around + form.Name, file));
                }
            }
        }
    }

    // A file may go while the server that is looked into goes on; a socket or a pipe has no length.
    private static byte[]? Read(string path)
    {
        try
        {
            if (new FileInfo(path) is not { Length: > 0 } file)
            {
                return null;
            }

            using FileStream stream = file.Open(
                FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using MemoryStream memory = new();
            stream.CopyTo(memory);
            return memory.ToArray();
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
