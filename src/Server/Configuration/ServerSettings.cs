// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Telephony;
using Hermetic.Telephony.Sip;
using Hermetic.Telephony.Udptl;
using Microsoft.Extensions.Configuration;

namespace Hermetic.Server.Configuration;

/// <summary>Everything that an operator says about an installation; made by <see cref="ServerSettingsReader"/>
/// only, and then whole and consistent.</summary>
public sealed record ServerSettings
{
    /// <summary>Absolute path of the folder that holds database, blobs, ledger and wrapped keys.</summary>
    public required string DataFolder { get; init; }

    public required KeySettings Keys { get; init; }

    public required DatabaseSettings Store { get; init; }

    public required BlobSettings Blobs { get; init; }

    public required LedgerSection Ledger { get; init; }

    public required LineSettings Line { get; init; }

    /// <summary>Where HTTP is served, and how: in the clear nothing leaves the machine (P4).</summary>
    public required HttpSettings Http { get; init; }

    /// <summary>Where HTTP is served.</summary>
    public IReadOnlyList<IPEndPoint> HttpListen => Http.Listen;

    /// <summary>Identity providers of practices that may lie on a private address.</summary>
    public IReadOnlyList<Uri> SignOnOrigins { get; init; } = [];

    public required IReadOnlyList<TenantSettings> Tenants { get; init; }

    /// <summary>The zone in which header lines and cover pages say the time; null for the machine's own.</summary>
    public TimeZoneInfo? Zone { get; init; }

    /// <summary>Who carries out what practices' retention makes due.</summary>
    public EraseBy Erase { get; init; }

    /// <summary>What it was read from.</summary>
    internal IConfiguration Source { get; init; } = new ConfigurationBuilder().Build();
}

/// <summary>Who erases what is due. Each erasing makes a new root key, and every older backup of it opens nothing any
/// more.</summary>
public enum EraseBy
{
    /// <summary>The operator, who backs up the new root key right then.</summary>
    Operator,

    /// <summary>The installation by itself, once a day: for one whose backup follows by itself.</summary>
    Automatic,
}

/// <summary>Where the root key comes from.</summary>
public enum KeySourceKind
{
    /// <summary>A file outside of the data folder.</summary>
    File,
    /// <summary>A token behind PKCS#11.</summary>
    Pkcs11,
}

/// <param name="Kind">Which of the two.</param>
/// <param name="File">The key file.</param>
/// <param name="Library">The PKCS#11 module's path.</param>
/// <param name="Token">The token's label.</param>
/// <param name="PinFile">A file that holds the user's PIN.</param>
public sealed record KeySettings(KeySourceKind Kind, string File, string Library, string Token, string PinFile);

/// <summary>Which database.</summary>
public enum StoreKind
{
    /// <summary>A file in the data folder.</summary>
    Sqlite,
    /// <summary>A PostgreSQL server.</summary>
    PostgreSql,
}

/// <param name="Kind">Which of the two.</param>
/// <param name="Connection">PostgreSQL's connection string, without the password.</param>
/// <param name="PasswordFile">A file that holds the password; empty for none.</param>
public sealed record DatabaseSettings(StoreKind Kind, string Connection, string PasswordFile);

/// <summary>Where sealed pages lie.</summary>
public enum BlobKind
{
    /// <summary>Files in the data folder.</summary>
    Files,
    /// <summary>An S3 bucket.</summary>
    S3,
}

/// <param name="Kind">Which of the two.</param>
/// <param name="Endpoint">The S3 server.</param>
/// <param name="Bucket">The bucket.</param>
/// <param name="Region">The region that requests are signed for.</param>
/// <param name="AccessKey">The access key's id.</param>
/// <param name="SecretKeyFile">A file that holds the secret.</param>
public sealed record BlobSettings(
    BlobKind Kind, string Endpoint, string Bucket, string Region, string AccessKey, string SecretKeyFile);

/// <param name="Origin">The log's name in every checkpoint (C2SP tlog-checkpoint).</param>
/// <param name="Witnesses">Who is asked to cosign.</param>
public sealed record LedgerSection(string Origin, IReadOnlyList<WitnessAddress> Witnesses);

/// <param name="Url">Where `add-checkpoint` is sent.</param>
/// <param name="Key">The witness's verifier key.</param>
public sealed record WitnessAddress(Uri Url, string Key);

/// <param name="Sip">Where SIP is taken.</param>
/// <param name="Advertise">The address that peers are told, behind NAT.</param>
/// <param name="MediaPorts">The UDP ports of media.</param>
/// <param name="Allow">Who else than the trunks may call.</param>
/// <param name="StationId">Our number, told to callers (CSI).</param>
/// <param name="CallsMax">Calls at once.</param>
/// <param name="Trunks">The ways into the telephone network.</param>
/// <param name="CertificateFile">For SIP over TLS: a PEM file with certificate and key; empty for none.</param>
public sealed record LineSettings(
    IReadOnlyList<SipListener> Sip, IPAddress? Advertise, MediaPortRange MediaPorts, IReadOnlyList<IPNetwork> Allow,
    string StationId, int CallsMax, IReadOnlyList<TrunkSettings> Trunks, string CertificateFile);

/// <param name="Listen">Where HTTP is served.</param>
/// <param name="CertificateFile">A PEM file with certificate and key; empty for one that the server makes for itself at
/// each start, on loopback alone.</param>
/// <param name="ClearText">Without TLS, on loopback alone.</param>
public sealed record HttpSettings(IReadOnlyList<IPEndPoint> Listen, string CertificateFile, bool ClearText)
{
    /// <summary>The names that people and programs reach it by, beside those of loopback and the addresses that are
    /// listened on.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];
}

/// <param name="Name">What the practice is called; the same name is the same tenant at the next start.</param>
/// <param name="Numbers">The numbers that are dialled for it.</param>
public sealed record TenantSettings(string Name, IReadOnlyList<string> Numbers)
{
    /// <summary>The practice's own zone; null for the installation's.</summary>
    public TimeZoneInfo? Zone { get; init; }

    /// <summary>Its places, with zones and senders' names of their own.</summary>
    internal IReadOnlyList<SiteSettings> Sites { get; init; } = [];

    /// <summary>Lines whose faxes reach nobody: their calls go to the sandbox and to no trunk.</summary>
    public IReadOnlyList<string> SandboxNumbers { get; init; } = [];

    /// <summary>How much it may use.</summary>
    public QuotaSettings Quotas { get; init; } = new();
}
