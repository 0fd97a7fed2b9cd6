// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json;

namespace Hermetic.Cli;

/// <summary>What `--json` writes: one value on one line.</summary>
internal static class JsonLine
{
    /// <summary>Writes the value, whole or not at all.</summary>
    public static void Write(TextWriter output, Action<Utf8JsonWriter> write)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes))
        {
            write(writer);
        }

        output.WriteLine(Encoding.UTF8.GetString(bytes.ToArray()));
    }
}
