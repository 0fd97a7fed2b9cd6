// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;

namespace Hermetic.Vault.Blobs;

/// <summary>Names a blob: whose, of which fax or record, and which part of it, as in "page-0001". Only ids and words
/// of ours: a name is never secret.</summary>
public readonly record struct BlobName
{
    /// <summary>Our limit: a part is a word and a number.</summary>
    public const int PartLengthMax = 40;

    private const int IdLength = 36;

    /// <param name="tenant">Whose it is.</param>
    /// <param name="fax">The fax, or the record.</param>
    /// <param name="part">Lower-case letters, digits and '-'.</param>
    public BlobName(Guid tenant, Guid fax, string part)
    {
        if (!IsPart(part))
        {
            throw new ArgumentException("a blob's part is lower-case letters, digits and '-'", nameof(part));
        }
        (Tenant, Fax, Part) = (tenant, fax, part);
    }

    /// <summary>Whose it is.</summary>
    public Guid Tenant { get; }

    /// <summary>The fax, or the record.</summary>
    public Guid Fax { get; }

    /// <summary>Which part of it.</summary>
    public string Part { get; }

    /// <summary>Names of a tenant are spread over 256 folders by the last byte of the fax's id, which is random in all
    /// kinds of ids that we make.</summary>
    internal string Folder => $"{Tenant}/{Fax.ToString()[^2..]}";

    internal string File => $"{Fax}.{Part}";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out BlobName? name)
    {
        name = null;
        string[] parts = text.Split('/');
        if (parts.Length != 3 || parts[2].Length < IdLength + 2 || parts[2][IdLength] != '.'
            || !Guid.TryParseExact(parts[0], "D", out Guid tenant)
            || !Guid.TryParseExact(parts[2][..IdLength], "D", out Guid fax)
            || !IsPart(parts[2][(IdLength + 1)..]))
        {
            return false;
        }
        BlobName read = new(tenant, fax, parts[2][(IdLength + 1)..]);
        name = read.ToString() == text ? read : null;
        return name is not null;
    }

    /// <summary>As in TENANT/af/FAX.page-0001: the path in a folder, the key in a bucket.</summary>
    public override string ToString() => $"{Folder}/{File}";

    private static bool IsPart(string? part) => part is { Length: > 0 and <= PartLengthMax }
        && part.All(letter => letter is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
}

/// <summary>A blob in a list.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Length">Its bytes.</param>
public sealed record BlobEntry(BlobName Name, long Length);
