// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents.Rendering;
using SkiaSharp;

namespace Hermetic.Documents.Synthetic;

/// <summary>What practices fax to each other all day.</summary>
public enum SyntheticKind
{
    Referral,
    Prescription,
    LabReport,
    PriorAuthorization,
}

/// <summary>A made-up document for demonstrations and tests, drawn to be read at fax resolution. Everything in it is
/// invented, and each page says so.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Patient">Whom it is about.</param>
/// <param name="Pdf">The file.</param>
/// <param name="Words">Words that stand in it and nowhere else: whoever finds one of them has read it.</param>
public sealed record SyntheticDocument(
    SyntheticKind Kind, SyntheticPatient Patient, byte[] Pdf, IReadOnlyList<string> Words)
{
    /// <summary>Draws one. Outside the sandbox: nothing foreign goes in.</summary>
    /// <returns>The document; a refusal when the fonts are missing.</returns>
    public static (SyntheticDocument? Document, Refusal? Refusal) Make(SyntheticKind kind, int seed)
    {
        using SKTypeface? regular = SKTypeface.FromFile(Path.Combine(WorkerFonts.Folder, "DejaVuSans.ttf"));
        using SKTypeface? bold = SKTypeface.FromFile(Path.Combine(WorkerFonts.Folder, "DejaVuSans-Bold.ttf"));
        if (regular is null || bold is null)
        {
            return (null, new(RefusalCode.NoFont, $"the DejaVu Sans fonts are not in {WorkerFonts.Folder}. "
                + "Install them: apt-get install fonts-dejavu-core"));
        }

        SyntheticPatient patient = SyntheticPatient.Of(seed);
        using MemoryStream stream = new();
        using (SKDocument pdf = SKDocument.CreatePdf(stream))
        {
            SyntheticForms.Draw(new SyntheticSheet(pdf, regular, bold), kind, patient, seed);
            pdf.Close();
        }

        return (new(kind, patient, stream.ToArray(),
            [patient.Name, patient.Born, patient.Address, patient.Record, patient.Member,
                .. SyntheticForms.WordsOf(kind)]), null);
    }

    /// <inheritdoc/>
    public override string ToString() => $"a synthetic {Kind}";
}
