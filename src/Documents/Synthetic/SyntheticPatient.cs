// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Hermetic.Documents.Synthetic;

/// <summary>A person that nobody is, made of a seed. Names are words for what is not real, telephone numbers are of the
/// block that the North American plan keeps for fiction (555-0100 to 555-0199).</summary>
public sealed record SyntheticPatient
{
    private static readonly string[] GivenNames =
    [
        "Marisol", "Desmond", "Ingrid", "Tobias", "Adaeze", "Leland", "Priyanka", "Osvaldo", "Wilhelmina", "Yusuf",
        "Rosalind", "Caspian",
    ];

    private static readonly string[] FamilyNames =
    [
        "Testwell", "Sampleton", "Fauxley", "Mockridge", "Specimenson", "Placebury", "Nobodeen", "Fictiano",
        "Dummerson", "Inventado", "Pretendre",
    ];

    private static readonly string[] Streets =
        ["Nowhere Lane", "Imaginary Avenue", "Pretend Court", "Untrue Street", "Example Hollow"];

    private SyntheticPatient()
    {
    }

    public required string Name { get; init; }

    public required string Born { get; init; }

    public required string Address { get; init; }

    public required string Telephone { get; init; }

    /// <summary>The number of the record in the practice.</summary>
    public required string Record { get; init; }

    /// <summary>The number of the insurance.</summary>
    public required string Member { get; init; }

    /// <summary>The person of a seed; neighbours have different names.</summary>
    public static SyntheticPatient Of(int seed)
    {
        int at = Math.Abs(seed % 100_000);
        DateOnly born = new DateOnly(1938, 1, 7).AddDays(at * 613 % 29_000);
        return new()
        {
            Name = $"{GivenNames[at % GivenNames.Length]} {FamilyNames[at % FamilyNames.Length]}",
            Born = born.ToString("MMMM d, yyyy", CultureInfo.InvariantCulture),
            Address = string.Create(CultureInfo.InvariantCulture,
                $"{100 + (at * 37 % 800)} {Streets[at % Streets.Length]}, Springfield, ZZ 00000"),
            Telephone = string.Create(CultureInfo.InvariantCulture, $"(555) 555-01{at * 7 % 100:D2}"),
            Record = string.Create(CultureInfo.InvariantCulture, $"MRN-{(at * 7919L % 900_000) + 100_000}-SYN"),
            Member = string.Create(CultureInfo.InvariantCulture, $"ZZX{(at * 104_729L % 90_000_000) + 10_000_000}"),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => "a synthetic patient";
}
