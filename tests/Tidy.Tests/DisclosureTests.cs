// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Hermetic.Tidy.Tests;

/// <summary>P3: what opens a sealed object or field is called from the one reader alone, which journals first; and from
/// the few that are named here with the reason. A later way to content that goes round it fails here.</summary>
public class DisclosureTests
{
    /// <summary>Who may open, and only they.</summary>
    private static readonly string[] Openers =
    [
        "Hermetic.Server.Features.Reading.FaxReader", "Hermetic.Server.Features.Journal.Journal",

        // A check of the installation: behind its own entry (ADR 8), and nothing of what it opens goes anywhere.
        "Hermetic.Server.Features.Checking.PageCheck", "Hermetic.Server.Features.Checking.ColumnCheck",
        "Hermetic.Server.Features.Checking.SentCheck",

        // A practice's own name, for the operator who destroys its keys: nothing of a fax.
        "Hermetic.Server.Features.Keys.InventoryReader",

        // Names and secrets of people who sign in, under keys of their own: nothing of a fax is sealed to these.
        "Hermetic.Server.Features.Access.AccessKeys",

        // A number, to be dialled, and the words of a cover page, to be faxed: from the store to the line, behind the
        // entry that its pages go out (ADR 10); to a preview, behind the one that tells of that page.
        "Hermetic.Server.Features.Sending.SealedNumbers",

        // How calls and pages went, to make a receipt of: it is sealed again, and shown by FaxReader alone.
        "Hermetic.Server.Features.Receipts.SentAccounts", "Hermetic.Server.Features.Receipts.ReceiptShelf",

        // A practice's own name and numbers, for its people, and for the operator who gave them: nothing of a fax.
        "Hermetic.Server.Features.Tenants.TenantBook",

        // Names that a practice gave to numbers, and keeps for its own people: nothing of a fax.
        "Hermetic.Server.Features.AddressBook.AddressBook",

        // Places of a practice, which its own pages show to whoever gets them: nothing of a fax.
        "Hermetic.Server.Features.Sites.SiteBook",

        // Labels of a fax, to have one added or to be found by again: sealed anew behind the entry that tells of the
        // change, and shown by FaxReader alone.
        "Hermetic.Server.Features.Handling.HandlingVault",

        // Where a practice has events sent, and what signs them: nothing of a fax.
        "Hermetic.Server.Features.Webhooks.WebhookSecrets",

        // What a caller uploads is opened to make fax pages of it, and to send them. It is shown to who uploaded it, by
        // the preview alone, behind an entry of its own.
        "Hermetic.Server.Features.Uploads.UploadVault",

        // The answer to a request that is sent again, for who sent it: no endpoint that shows a fax takes a key.
        "Hermetic.Server.Http.IdempotencyKeys",
    ];

    /// <summary>Members of the vault that are called Open and open a place, not a sealed object.</summary>
    private static readonly string[] Places =
    [
        "KeyStore.Open", "S3Blobs.OpenAsync", "KeyFileSource.Open", "TokenSource.Open",
    ];

    private static readonly FrozenDictionary<int, OperandType> Operands = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToFrozenDictionary(code => code.Value & 0xFFFF, code => code.OperandType);

    [Fact]
    public void P3_SealedContent_IsOpenedByTheJournalingReaderAlone() => Rule.Holds(
        "sealed content is opened by FaxReader, behind its journal entry",
        from assembly in new[] { "Server/{0}/Hermetic.Server.dll", "Cli/{0}/hermetic.dll" }
        from call in CallsIntoTheVault(assembly)
        where Opens(call.Callee) && !Openers.Contains(call.Caller)
        select $"{call.Caller} calls {call.Callee}");

    /// <summary>The rule sees what it is there for.</summary>
    [Fact]
    public void P3_TheReader_IsSeenToOpen() => Assert.Contains(
        CallsIntoTheVault("Server/{0}/Hermetic.Server.dll"),
        call => call.Caller == Openers[0] && Opens(call.Callee));

    private static bool Opens(string callee) => !Places.Contains(callee)
        && (callee is "ObjectOpener..ctor" or "EpochKeys.get_Opening" or "Sealer.Rewrap"
            || callee.Split('.')[1].StartsWith("Open", StringComparison.Ordinal)
            || callee.StartsWith("SealedReader.", StringComparison.Ordinal));

    private static List<(string Caller, string Callee)> CallsIntoTheVault(string assembly)
    {
        string configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string path = Path.Combine(
            Repository.Root, "artifacts/bin", assembly.Replace("{0}", configuration, StringComparison.Ordinal));
        using PEReader file = new(File.OpenRead(path));
        MetadataReader metadata = file.GetMetadataReader();
        return
        [
            .. from handle in metadata.MethodDefinitions
               let method = metadata.GetMethodDefinition(handle)
               where method.RelativeVirtualAddress != 0
               from token in Tokens(file.GetMethodBody(method.RelativeVirtualAddress).GetILReader())
               let callee = VaultMember(metadata, token)
               where callee is not null
               select (Outermost(metadata, method.GetDeclaringType()), callee),
        ];
    }

    // State machines, lambdas and nested types count as the type that they were written in.
    private static string Outermost(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        TypeDefinition type = metadata.GetTypeDefinition(handle);
        return type.GetDeclaringType() is { IsNil: false } outer
            ? Outermost(metadata, outer)
            : $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
    }

    private static string? VaultMember(MetadataReader metadata, EntityHandle token)
    {
        if (token.Kind == HandleKind.MethodSpecification)
        {
            token = metadata.GetMethodSpecification((MethodSpecificationHandle)token).Method;
        }

        if (token.Kind != HandleKind.MemberReference)
        {
            return null;
        }

        MemberReference member = metadata.GetMemberReference((MemberReferenceHandle)token);
        if (member.Parent.Kind != HandleKind.TypeReference)
        {
            return null;
        }

        TypeReference type = metadata.GetTypeReference((TypeReferenceHandle)member.Parent);
        return metadata.GetString(type.Namespace).StartsWith("Hermetic.Vault", StringComparison.Ordinal)
            ? $"{metadata.GetString(type.Name)}.{metadata.GetString(member.Name)}" : null;
    }

    private static List<EntityHandle> Tokens(BlobReader il)
    {
        List<EntityHandle> tokens = [];
        while (il.RemainingBytes > 0)
        {
            int code = il.ReadByte();
            code = code == 0xFE ? 0xFE00 | il.ReadByte() : code;
            switch (Operands[code])
            {
                case OperandType.InlineMethod or OperandType.InlineTok:
                    tokens.Add((EntityHandle)MetadataTokens.Handle(il.ReadInt32()));
                    break;
                case OperandType.InlineSwitch:
                    int targets = il.ReadInt32();
                    il.Offset += targets * sizeof(int);
                    break;
                case OperandType operand:
                    il.Offset += Length(operand);
                    break;
            }
        }

        return tokens;
    }

    // ECMA-335 §III.1.7: how long an instruction's operand is.
    private static int Length(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };
}
