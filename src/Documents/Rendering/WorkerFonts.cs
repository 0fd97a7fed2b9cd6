// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Documents.Rendering;

/// <summary>The fonts that we draw with: DejaVu, from the system.</summary>
internal static class WorkerFonts
{
    public const string Folder = "/usr/share/fonts/truetype/dejavu";

    public static string Mono => Path.Combine(Folder, "DejaVuSansMono.ttf");

    public static Refusal? Check() => File.Exists(Mono)
        ? null
        : new(RefusalCode.NoFont,
            $"the font DejaVu Sans Mono is not in {Folder}. Install it: apt-get install fonts-dejavu-core");
}
