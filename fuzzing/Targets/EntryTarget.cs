// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Entries;

namespace Hermetic.Fuzzing.Targets;

/// <summary>Leaves of the ledger: the first byte says whether the rest is an envelope, an opened content or a body.
/// Whatever is read has one form only: written again, it is the same bytes.</summary>
internal sealed class EntryTarget : IFuzzTarget
{
    public string Name => "entry";

    public void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return;
        }

        byte[] bytes = input[1..].ToArray();
        switch (input[0] % 3)
        {
            case 0:
                Envelope(bytes);
                break;
            case 1:
                Content(bytes);
                break;
            default:
                Body(bytes);
                break;
        }
    }

    private static void Envelope(byte[] leaf)
    {
        bool good = EntryEnvelope.TryDecode(leaf, out EntryEnvelope? envelope, out string reason);
        Oracle.Holds(good == (reason.Length == 0) && good == (envelope is not null), "a refusal has a reason");
        if (good)
        {
            Oracle.Holds(envelope!.Encode().AsSpan().SequenceEqual(leaf), "an envelope has one form");
        }

        OpenedEntry opened = EntrySealing.Open(leaf, new Plain());
        Oracle.Holds(opened.Body is null == opened.Reason.Length > 0, "what does not open says why");
    }

    private static void Content(byte[] content)
    {
        bool good = EntryContent.TryDecode(
            content, out ReadOnlyMemory<byte> salt, out ReadOnlyMemory<byte> body, out string reason);
        Oracle.Holds(good == (reason.Length == 0), "a refusal has a reason");
        if (good)
        {
            Oracle.Holds(EntryContent.Encode(salt.Span, body.Span).AsSpan().SequenceEqual(content),
                "a content has one form");
        }
    }

    private static void Body(byte[] bytes)
    {
        bool good = EntryBodyJson.TryDecode(bytes, out EntryBody? body, out string reason);
        Oracle.Holds(good == (reason.Length == 0) && good == (body is not null), "a refusal has a reason");
        if (good)
        {
            Oracle.Holds(EntryBodyJson.Encode(body!).AsSpan().SequenceEqual(bytes), "a body has one form");
            Oracle.Holds(bytes.All(b => b is >= 0x20 and < 0x7F), "a body is ASCII without control characters");
        }
    }

    /// <summary>A vault that seals nothing, so that hostile bytes come through to what is behind it.</summary>
    private sealed class Plain : IEntryOpener
    {
        public byte[]? Open(ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> sealedContent) =>
            sealedContent.ToArray();
    }
}
