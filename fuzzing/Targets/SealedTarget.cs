// SPDX-License-Identifier: Apache-2.0
using Hermetic.Vault.Sealing;

namespace Hermetic.Fuzzing.Targets;

/// <summary>Sealed objects and fields under fixed keys. Whatever the bytes, they open or are refused by the typed
/// exception; and what opens is what was sealed: nobody without a key makes anything that opens.</summary>
internal sealed class SealedTarget : IFuzzTarget
{
    // The key pair of the CFRG's vectors for this suite: published, so good for nothing but this.
    private const string Scalar = "317f915db7bc629c48fe765587897e01e282d3e8445f79f27f65d031a88082b2";

    private const string Point =
        "04abc7e49a4c6b3566d77d0304addc6ed0e98512ffccf505e6a8e3eb25c685136f853148544876de76c0f2ef99cdc3a05ccf5ded786"
        + "0c7c021238f9e2073d2356c";

    private static readonly KeyEpoch Epoch = new(2026, 11, 1);

    private readonly OpeningKey key = OpeningKey.TryImport(
        Convert.FromHexString(Scalar), Convert.FromHexString(Point), Epoch)!;

    private readonly ObjectBinding binding = new(Guid.Empty, Guid.Empty, 1, ObjectKind.Page);
    private readonly FieldBinding fieldBinding = new(Guid.Empty, Guid.Empty, "fuzz");

    public string Name => "sealed";

    /// <summary>All plain bytes in the corpus are this letter, so what opens must be nothing else.</summary>
    public static byte Letter => (byte)'h';

    public void Run(ReadOnlySpan<byte> input)
    {
        Header(input);
        try
        {
            byte[] plain = SealedObject.Open(input, key, binding);
            Oracle.Holds(SealedObject.SealedLength(plain.Length) == input.Length, "every byte belongs to the object");
            Oracle.Holds(!plain.AsSpan().ContainsAnyExcept(Letter), "only what was sealed opens");
        }
        catch (SealedObjectException refusal)
        {
            Oracle.Holds(refusal.Fault != SealedFault.None, "a refusal has a reason");
        }
        using FieldKey fields = new(Convert.FromHexString(Scalar), Epoch);
        try
        {
            byte[] value = fields.Open(fieldBinding, input);
            Oracle.Holds(!value.AsSpan().ContainsAnyExcept(Letter), "only what was sealed opens");
        }
        catch (SealedObjectException refusal)
        {
            Oracle.Holds(refusal.Fault != SealedFault.None, "a refusal has a reason");
        }
    }

    private static void Header(ReadOnlySpan<byte> input)
    {
        bool read = SealedHeader.TryRead(input, out SealedHeader? header, out SealedFault fault);
        Oracle.Holds(read == (fault == SealedFault.None) && read == header is not null, "a refusal has a reason");
        Oracle.Holds(!read || header!.Bytes.SequenceEqual(input[..SealedHeader.Length]), "a header is what was read");
        Oracle.Holds(!read || KeyEpoch.TryParse(header!.Epoch.ToString(), out _), "an epoch has a name");
    }
}
