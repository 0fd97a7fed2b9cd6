// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Hermetic.Server.Hosting;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Access;

/// <summary>Seals and tags what the access database holds of people and programs, under keys of the installation: they
/// outlive every epoch of a tenant's faxes, and nothing of a fax is ever sealed to them.</summary>
internal sealed class AccessKeys : IDisposable
{
    private const string FieldSecret = "access-fields";
    private const string TagSecret = "access-tags";
    private const string SigningSecret = "access-signing";
    private const string EncryptionSecret = "access-encryption";
    private const string BegunMark = "access-begun";
    private const string ApprovedMark = "settings-approved";
    private const string NamePurpose = "account.name";
    private const int KeyBytes = 32;

    /// <summary>All that the installation keeps for it.</summary>
    public static readonly IReadOnlyList<string> SecretNames =
        [FieldSecret, TagSecret, SigningSecret, EncryptionSecret, BegunMark];

    // A sealed field names an epoch; these have one key for good.
    private static readonly KeyEpoch Always = new(1, 1, ushort.MaxValue);

    private readonly KeyStore _keys;
    private readonly FieldKey _fields;
    private readonly EqualityTagKey _tags;
    private readonly SecretBytes _signing;
    private readonly SecretBytes _encryption;

    public AccessKeys(KeyStore keys)
    {
        _keys = keys;
        using SecretBytes fields = SecretOf(FieldSecret);
        using SecretBytes tags = SecretOf(TagSecret);
        _fields = new FieldKey(fields.Span, Always);
        _tags = new EqualityTagKey(tags.Span, Guid.Empty);
        _signing = SecretOf(SigningSecret);
        _encryption = SecretOf(EncryptionSecret);
    }

    /// <summary>True if this installation has begun an access database: then there must be one.</summary>
    public static bool HasBegun(KeyStore keys)
    {
        using SecretBytes? mark = keys.Secret(BegunMark);
        return mark is not null;
    }

    /// <summary>From now on a missing access database is refused.</summary>
    public void MarkBegun()
    {
        if (!HasBegun(_keys))
        {
            _keys.MakeSecret(BegunMark, 1).Dispose();
        }
    }

    /// <summary>True if sensitive settings were approved at some time: then they must be there.</summary>
    public bool HasApprovedSettings
    {
        get
        {
            using SecretBytes? mark = _keys.Secret(ApprovedMark);
            return mark is not null;
        }
    }

    /// <summary>From now on missing approved settings are refused.</summary>
    public void MarkApprovedSettings()
    {
        if (!HasApprovedSettings)
        {
            _keys.MakeSecret(ApprovedMark, 1).Dispose();
        }
    }

    /// <summary>What an account is found by. Letter case and blanks around a name make no other name.</summary>
    public byte[] NameTag(string name) => _tags.Tag(NamePurpose, Spelling(name));

    /// <summary>The one spelling of a user name.</summary>
    public static string Spelling(string name) => name.Trim().Normalize().ToLowerInvariant();

    /// <summary>What something else is found by that must not stand in the clear.</summary>
    public byte[] Tag(string purpose, string value) => _tags.Tag(purpose, value);

    public byte[] Seal(Guid record, string column, string value) =>
        _fields.Seal(new FieldBinding(Guid.Empty, record, column), value);

    public string Open(Guid record, string column, byte[] value) =>
        _fields.OpenText(new FieldBinding(Guid.Empty, record, column), value);

    public byte[] Seal(Guid record, string column, ReadOnlySpan<byte> value) =>
        _fields.Seal(new FieldBinding(Guid.Empty, record, column), value);

    public byte[] OpenBytes(Guid record, string column, byte[] value) =>
        _fields.Open(new FieldBinding(Guid.Empty, record, column), value);

    /// <summary>The key that access tokens are signed with (ES256). The caller disposes it.</summary>
    public ECDsa SigningKey() =>
        ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = _signing.Span.ToArray() });

    /// <summary>The key that access tokens are encrypted with, so that who finds one reads nothing in it.</summary>
    public byte[] EncryptionKey() => _encryption.Span.ToArray();

    /// <inheritdoc/>
    public void Dispose()
    {
        _fields.Dispose();
        _tags.Dispose();
        _signing.Dispose();
        _encryption.Dispose();
    }

    private SecretBytes SecretOf(string name) => _keys.Secret(name) ?? (HasBegun(_keys)
        ? throw new InstallationException(
            $"the key secret-{name}.wrapped is missing from the folder keys/desk, and people's accounts rest on it. "
            + "Put the folder keys back from its newest backup. No new one was made")
        : _keys.MakeSecret(name, KeyBytes));
}
