// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using Hermetic.Telephony;
using Hermetic.Telephony.Sip;
using Hermetic.Telephony.Udptl;
using Microsoft.Extensions.Configuration;

namespace Hermetic.Server.Configuration;

/// <summary>Makes <see cref="ServerSettings"/> of a JSON file and the environment, or says all that is wrong with
/// them.</summary>
public static class ServerSettingsReader
{
    /// <summary>How environment variables begin that stand for settings: `HERMETIC_sip__advertise` is
    /// `sip.advertise`.</summary>
    public const string EnvironmentPrefix = "HERMETIC_";

    private const int CallsMaxDefault = 600;

    // Our limit: a name, not a description.
    private const int NameCharsMax = 200;

    // Our limit: the widest networks that one house has of its own, 10.0.0.0/8 (RFC 1918 §3) and fc00::/7 (RFC 4193
    // §3.1). What is wider lets strangers in.
    private const int Ipv4BitsMin = 8;
    private const int Ipv6BitsMin = 7;

    /// <summary>Reads the file, then the environment over it.</summary>
    /// <exception cref="SettingsException">Something is wrong; all of it is listed.</exception>
    public static ServerSettings ReadFile(string path) => Read(ConfigurationOf(path));

    /// <summary>As <see cref="ReadFile"/>, for a server that is to start on them: data folder, root key and secrets
    /// must be its account's alone too.</summary>
    /// <exception cref="SettingsException">Something is wrong; all of it is listed.</exception>
    public static ServerSettings ReadFileToServe(string path) => Read(ConfigurationOf(path), OwnFiles.Check);

    /// <summary>Reads from whatever source.</summary>
    /// <exception cref="SettingsException">Something is wrong; all of it is listed.</exception>
    public static ServerSettings Read(IConfiguration configuration) => Read(configuration, null);

    private static IConfigurationRoot ConfigurationOf(string path)
    {
        try
        {
            return new ConfigurationBuilder()
                .AddJsonFile(Path.GetFullPath(path), optional: false)
                .AddEnvironmentVariables(EnvironmentPrefix)
                .Build();
        }
        catch (FileNotFoundException)
        {
            throw new SettingsException([new(path, "there is no such file. `hermetic serve --help` shows an example")]);
        }
        catch (InvalidDataException)
        {
            throw new SettingsException([new(path, "is not valid JSON")]);
        }
    }

    private static ServerSettings Read(IConfiguration configuration, Action<SettingSection, ServerSettings>? more)
    {
        List<SettingProblem> problems = [];
        SettingSection root = SettingSection.Root(configuration, problems);
        string folder = root.Required("data", "\"/var/lib/hermetic\"");
        string data = folder.Length > 0 ? Path.GetFullPath(folder) : "";
        ServerSettings settings = new()
        {
            DataFolder = data,
            Source = configuration,
            Keys = KeysOf(root.Object("keys"), data),
            Store = StoreOf(root.Object("store")),
            Blobs = BlobsOf(root.Object("blobs")),
            Ledger = LedgerOf(root.Object("ledger")),
            Line = LineOf(root.Object("sip"), TrunkSettingsReader.ReadAll(root.Objects("trunks"))),
            Http = HttpSettingsReader.Read(root.Object("http")),
            SignOnOrigins = SignOnOriginsOf(root.Object("signOn")),
            Tenants = TenantsOf(root),
            Zone = ZoneOf(root),
            Erase = EraseOf(root.Object("retention")),
        };
        root.Finish();
        more?.Invoke(root, settings);
        return problems.Count == 0 ? settings : throw new SettingsException(problems);
    }

    private static KeySettings KeysOf(SettingSection keys, string dataFolder)
    {
        KeySourceKind kind = keys.Choice(
            "source", KeySourceKind.File, ("file", KeySourceKind.File), ("pkcs11", KeySourceKind.Pkcs11));
        bool isFile = kind == KeySourceKind.File;
        KeySettings settings = new(
            kind,
            isFile ? keys.Required("file", "\"/etc/hermetic/root.key\", outside of the data folder") : "",
            isFile ? "" : keys.Required("library", "\"/usr/lib/softhsm/libsofthsm2.so\""),
            isFile ? "" : keys.Required("token", "the token's label"),
            isFile ? "" : keys.Required("pinFile", "a file that only Hermetic's account can read"));
        if (isFile && settings.File.Length > 0 && IsInside(settings.File, dataFolder))
        {
            keys.Complain("file", "lies inside the data folder: whoever has a copy of the folder would have the key "
                + "to it. Give a path elsewhere, and back it up elsewhere");
        }

        keys.Finish();
        return settings;
    }

    private static DatabaseSettings StoreOf(SettingSection store)
    {
        StoreKind kind = store.Choice(
            "kind", StoreKind.Sqlite, ("sqlite", StoreKind.Sqlite), ("postgresql", StoreKind.PostgreSql));
        bool isServer = kind == StoreKind.PostgreSql;
        DatabaseSettings settings = new(
            kind,
            isServer ? store.Required("connection",
                "\"Host=db.example;Database=hermetic;Username=hermetic;SSL Mode=VerifyFull\"") : "",
            isServer ? store.Text("passwordFile") ?? "" : "");
        if (settings.Connection.Contains("password", StringComparison.OrdinalIgnoreCase)
            || settings.Connection.Contains("pwd", StringComparison.OrdinalIgnoreCase))
        {
            store.Complain("connection", "holds a password: put it into a file that only Hermetic's account can read, "
                + "and name that in store.passwordFile");
        }

        if (settings.Connection.Length > 0)
        {
            DatabaseLink.Check(store, settings.Connection);
        }

        store.Finish();
        return settings;
    }

    private static BlobSettings BlobsOf(SettingSection blobs)
    {
        BlobKind kind = blobs.Choice("kind", BlobKind.Files, ("files", BlobKind.Files), ("s3", BlobKind.S3));
        bool isS3 = kind == BlobKind.S3;
        BlobSettings settings = new(
            kind,
            isS3 ? blobs.Required("endpoint", "\"https://s3.example\"") : "",
            isS3 ? blobs.Required("bucket", "\"hermetic-pages\"") : "",
            isS3 ? blobs.Text("region") ?? "us-east-1" : "",
            isS3 ? blobs.Required("accessKey", "the access key's id") : "",
            isS3 ? blobs.Required("secretKeyFile", "a file that only Hermetic's account can read") : "");
        if (settings.Endpoint.Length > 0 && !(Uri.TryCreate(settings.Endpoint, UriKind.Absolute, out Uri? address)
            && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))))
        {
            blobs.Complain("endpoint", "takes an https:// address (http:// on this machine only)");
        }

        blobs.Finish();
        return settings;
    }

    private static LedgerSection LedgerOf(SettingSection ledger)
    {
        string origin = ledger.Required("origin", "\"fax.example.org/ledger\": it stands in every checkpoint");
        List<WitnessAddress> witnesses = [];
        foreach (SettingSection witness in ledger.Objects("witnesses"))
        {
            string url = witness.Required("url", "\"https://witness.example/\"");
            string key = witness.Required("key", "the line that `hermetic witness` prints at its first start");
            bool valid = Uri.TryCreate(url, UriKind.Absolute, out Uri? address)
                && (address.Scheme == Uri.UriSchemeHttps || address.IsLoopback);
            if (valid)
            {
                witnesses.Add(new(address!, key));
            }
            else if (url.Length > 0)
            {
                witness.Complain("url", "takes an https:// address (http:// on this machine only)");
            }

            witness.Finish();
        }

        ledger.Finish();
        return new(origin, witnesses);
    }

    private static EraseBy EraseOf(SettingSection retention)
    {
        EraseBy by = retention.Choice(
            "erase", EraseBy.Operator, ("operator", EraseBy.Operator), ("automatic", EraseBy.Automatic));
        retention.Finish();
        return by;
    }

    private static IReadOnlyList<Uri> SignOnOriginsOf(SettingSection signOn)
    {
        IReadOnlyList<Uri> origins = signOn.List("privateOrigins",
            text => (Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.PathAndQuery == "/"
                && address.UserInfo.Length == 0 && address.Fragment.Length == 0
                && (address.Scheme == Uri.UriSchemeHttps
                    || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)), address!),
            "takes https://NAME[:PORT] without a path (http:// on this machine only)");
        signOn.Finish();
        return origins;
    }

    private static LineSettings LineOf(SettingSection sip, IReadOnlyList<TrunkSettings> trunks)
    {
        IReadOnlyList<SipListener> listeners = sip.List("listen", text => Found(SipListener.TryParse(text)),
            "takes [udp:|tcp:|tls:]ADDRESS[:PORT], e.g. \"127.0.0.1:5060\" or \"tls:192.0.2.1:5061\"");
        LineSettings settings = new(
            listeners.Count > 0 ? listeners : [new(SipTransportKind.Udp, new IPEndPoint(IPAddress.Loopback, 5060))],
            sip.ParsedOrNull("advertise", text => IPAddress.TryParse(text, out IPAddress? address) ? address : null,
                "takes an IP address"),
            sip.ParsedOrNull("mediaPorts", MediaPortRange.TryParse, "takes FIRST-LAST, e.g. \"12000-12999\"")
                ?? MediaPortRange.Default,
            sip.List("allow", text => SourceNetwork.TryParse(text) is { } found && IsOfSomebody(found)
                ? (true, found) : default,
                "takes a network or an address, e.g. \"192.0.2.0/24\"; not the whole internet: whoever is let in is "
                + "answered"),
            sip.Text("stationId") ?? "",
            sip.Number("callsMax", CallsMaxDefault, 1, 10_000),
            trunks,
            sip.Text("certificateFile") ?? "");
        if (settings.CertificateFile.Length == 0 && listeners.Any(listener => listener.Kind == SipTransportKind.Tls))
        {
            sip.Complain("certificateFile", "is missing, and sip.listen asks for TLS: name a PEM file with certificate "
                + "and private key");
        }
        else if (settings.CertificateFile.Length > 0)
        {
            CertificateFile.Check(sip, "certificateFile", settings.CertificateFile);
        }

        sip.Finish();
        return settings;
    }

    private static bool IsOfSomebody(IPNetwork network) => network.PrefixLength
        >= (network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? Ipv4BitsMin : Ipv6BitsMin);

    private static List<TenantSettings> TenantsOf(SettingSection root)
    {
        List<TenantSettings> tenants = [];
        HashSet<string> names = [];
        HashSet<string> numbers = [];
        foreach (SettingSection tenant in root.Objects("tenants"))
        {
            TenantSettings read = new(
                tenant.Required("name", "\"North Clinic\""),
                tenant.List("numbers", text => (DialledNumber.Normalize(text) is { Length: > 0 } number, text),
                    "takes a number as it is dialled, e.g. \"+15551234\""))
            {
                Zone = ZoneOf(tenant),
                SandboxNumbers = tenant.List("sandbox",
                    text => (DialledNumber.Normalize(text) is { Length: > 0 }, text),
                    "takes numbers for lines whose faxes reach nobody, e.g. [\"+15555550190\"]"),
                Quotas = QuotaSettings.Read(tenant.Object("quotas")),
            };
            if (read.Name.Length > NameCharsMax || (read.Name.Length > 0 && !names.Add(read.Name)))
            {
                tenant.Complain("name", $"is another tenant's too, or is longer than {NameCharsMax} characters");
            }

            if (!read.Numbers.Select(DialledNumber.Normalize).All(numbers.Add))
            {
                tenant.Complain("numbers", "a number stands here twice or is another tenant's too");
            }

            if (!read.SandboxNumbers.Select(DialledNumber.Normalize).All(numbers.Add))
            {
                tenant.Complain("sandbox", "a number stands here twice, is a true line too, or another tenant's");
            }

            IReadOnlyList<SiteSettings> sites = SiteSettings.ReadAll(
                tenant, read.Numbers.Concat(read.SandboxNumbers).Select(DialledNumber.Normalize).ToHashSet());
            tenant.Finish();
            tenants.Add(read with { Sites = sites });
        }

        if (tenants.Count == 0)
        {
            root.Complain("tenants", "is empty: every call would be refused. For example "
                + "[{ \"name\": \"North Clinic\", \"numbers\": [\"+15551234\"] }]");
        }

        return tenants;
    }

    private static TimeZoneInfo? ZoneOf(SettingSection section) => section.ParsedOrNull("timeZone",
        IanaZone.Find, "takes the name of a time zone of this machine, e.g. \"America/New_York\"");

    private static bool IsInside(string path, string folder) => folder.Length > 0
        && !Path.GetRelativePath(folder, Path.GetFullPath(path)).StartsWith("..", StringComparison.Ordinal);

    private static (bool Ok, T Value) Found<T>(T? value)
        where T : class => (value is not null, value!);
}
