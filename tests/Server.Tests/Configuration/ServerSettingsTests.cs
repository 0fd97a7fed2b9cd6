// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Hermetic.Server.Configuration;
using Hermetic.Telephony.Sip;
using Microsoft.Extensions.Configuration;

namespace Hermetic.Server.Tests.Configuration;

/// <summary>What an operator may say, and what is refused; all complaints at once, none with a value in it.</summary>
public sealed class ServerSettingsTests
{
    private const string Least = """
        {
          "data": "/var/lib/hermetic",
          "keys": { "file": "/etc/hermetic/root.key" },
          "ledger": { "origin": "fax.example.org/ledger" },
          "tenants": [ { "name": "North Clinic", "numbers": [ "+1 (555) 123-4" ] } ]
        }
        """;

    [Fact]
    public void Settings_LeastFile_HasSafeDefaults()
    {
        ServerSettings settings = Read(Least);
        Assert.Equal(StoreKind.Sqlite, settings.Store.Kind);
        Assert.Equal(BlobKind.Files, settings.Blobs.Kind);
        Assert.Equal("127.0.0.1:5060", Assert.Single(settings.Line.Sip).Address.ToString());
        Assert.Equal("127.0.0.1:8080", Assert.Single(settings.HttpListen).ToString());
        Assert.Empty(settings.Line.Allow);
        Assert.Equal("+15551234", DialledNumber.Normalize(Assert.Single(settings.Tenants).Numbers[0]));
    }

    [Fact]
    public void Settings_Quotas_AreATenantsOwn()
    {
        ServerSettings settings = Read(Least.Replace("[ \"+1 (555) 123-4\" ]", """
            [ "+15551234" ], "quotas": { "storedMegabytesMax": 5, "outgoingPerDayMax": 7 } },
              { "name": "South Clinic", "numbers": [ "+15554321" ]
            """, StringComparison.Ordinal));
        Assert.Equal(new QuotaSettings { StoredOctetsMax = 5_000_000, OutgoingPerDayMax = 7 },
            settings.Tenants[0].Quotas);
        Assert.Equal(new QuotaSettings(), settings.Tenants[1].Quotas);
    }

    [Fact]
    public void Settings_Trunk_KeepsItsOwnT38()
    {
        ServerSettings settings = Read(Least.Replace("\"ledger\"", """
            "trunks": [ { "name": "a", "host": "sip.a.example", "transport": "tls",
              "t38": { "version": 3, "errorCorrection": "fec", "bitRateMax": 9600 } },
              { "name": "b", "host": "sip.b.example" } ],
            "ledger"
            """, StringComparison.Ordinal));
        Assert.Equal(9600, settings.Line.Trunks[0].T38.BitRateMax);
        Assert.Equal(SipTransportKind.Tls, settings.Line.Trunks[0].Transport);
        Assert.Equal(14_400, settings.Line.Trunks[1].T38.BitRateMax);
    }

    [Theory]
    [InlineData("\"file\": \"/etc/hermetic/root.key\"", "\"file\": \"/var/lib/hermetic/root.key\"", "keys.file")]
    [InlineData("\"ledger\"", "\"http\": { \"listen\": [ \"0.0.0.0:80\" ] }, \"ledger\"", "http.listen")]
    [InlineData("\"ledger\"", "\"sip\": { \"listen\": [ \"tls:127.0.0.1\" ] }, \"ledger\"",
        "sip.certificateFile")]
    [InlineData("\"ledger\"", "\"sip\": { \"listen\": [ \"nowhere\" ] }, \"ledger\"", "sip.listen[0]")]
    [InlineData("\"ledger\"", "\"sip\": { \"calls\": 1 }, \"ledger\"", "sip.calls")]
    [InlineData("\"ledger\"", "\"sip\": { \"callsMax\": 0 }, \"ledger\"", "sip.callsMax")]
    [InlineData("\"ledger\"", "\"store\": { \"kind\": \"mysql\" }, \"ledger\"", "store.kind")]
    [InlineData("\"ledger\"", "\"store\": { \"kind\": \"postgresql\", \"connection\": \"Password=x\" }, \"ledger\"",
        "store.connection")]
    [InlineData("\"ledger\"", "\"trunks\": [ { \"name\": \"a\", \"host\": \"h\", \"password\": \"x\" } ], \"ledger\"",
        "trunks[0].password")]
    [InlineData("\"ledger\"", "\"sip\": { \"allow\": [ \"0.0.0.0/0\" ] }, \"ledger\"", "sip.allow[0]")]
    [InlineData("\"ledger\"", "\"sip\": { \"allow\": [ \"10.0.0.0/8\", \"128.0.0.0/1\" ] }, \"ledger\"",
        "sip.allow[1]")]
    [InlineData("\"ledger\"", "\"sip\": { \"allow\": [ \"fc00::/7\", \"2000::/3\" ] }, \"ledger\"",
        "sip.allow[1]")]
    [InlineData("\"ledger\"", "\"sip\": { \"allow\": [ \"::/0\" ] }, \"ledger\"", "sip.allow[0]")]
    [InlineData("\"ledger\"", "\"sip\": { \"certificateFile\": \"/nowhere.pem\" }, \"ledger\"",
        "sip.certificateFile")]
    [InlineData("\"ledger\"", "\"blobs\": { \"kind\": \"s3\", \"endpoint\": \"http://s3.example\", \"bucket\": \"b\", "
        + "\"accessKey\": \"a\", \"secretKeyFile\": \"/s\" }, \"ledger\"", "blobs.endpoint")]
    [InlineData("\"ledger\"", "\"signOn\": { \"privateOrigins\": [ \"http://10.0.0.1\" ] }, \"ledger\"",
        "signOn.privateOrigins[0]")]
    [InlineData("\"ledger\"", "\"noAuthentication\": true, \"ledger\"", "noAuthentication")]
    [InlineData("123-4\" ]", "123-4\" ], \"quotas\": { \"pagesMax\": 1 }", "tenants[0].quotas.pagesMax")]
    [InlineData("123-4\" ]", "123-4\" ], \"quotas\": { \"outgoingPerDayMax\": -1 }",
        "tenants[0].quotas.outgoingPerDayMax")]
    [InlineData("+1 (555) 123-4", "none", "tenants[0].numbers[0]")]
    [InlineData("\"origin\"", "\"witnesses\": [ { \"url\": \"http://w.example\", \"key\": \"k\" } ], \"origin\"",
        "ledger.witnesses[0].url")]
    public void Settings_OneThingWrong_IsRefusedByItsName(string instead, string of, string path)
    {
        SettingsException refused = Assert.Throws<SettingsException>(
            () => Read(Least.Replace(instead, of, StringComparison.Ordinal)));
        Assert.Equal(path, Assert.Single(refused.Problems).Path);
    }

    [Fact]
    public void Settings_ManyThingsWrong_AreListedAtOnce_WithoutTheirValues()
    {
        SettingsException refused = Assert.Throws<SettingsException>(() => Read(
            "{ \"data\": \"\", \"store\": { \"kind\": \"s3cret\" }, \"sip\": { \"allow\": [ \"s3cret\" ] } }"));
        string[] paths = [.. refused.Problems.Select(problem => problem.Path)];
        Assert.Equal(["data", "keys.file", "store.kind", "ledger.origin", "sip.allow[0]", "tenants"], paths);
        Assert.DoesNotContain("s3cret", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>P4: nothing crosses a network in the clear, nor to whoever answers in the database's place.</summary>
    [Theory]
    [InlineData("Host=db.example", false)]
    [InlineData("Host=db.example;SSL Mode=Prefer", false)]
    [InlineData("Host=db.example;SSL Mode=Require", false)]
    [InlineData("Host=10.0.0.7;SSL Mode=Disable", false)]
    [InlineData("Host=localhost,db.example", false)]
    [InlineData("Server=127.0.0.1:5432,192.0.2.7:5432", false)]
    [InlineData("Host=localhost.example", false)]
    [InlineData("Host=[2001:db8::1]:5432", false)]
    [InlineData("Hots=localhost", false)]
    [InlineData("Host=db.example;SSL Mode=s3cret", false)]
    [InlineData("Host=db.example;SSL Mode=VerifyFull", true)]
    [InlineData("Host=db.example,db2.example;SSL Mode=VerifyCA;Root Certificate=/etc/ca.crt", true)]
    [InlineData("Host=localhost", true)]
    [InlineData("Host=127.0.0.1,[::1]:5433", true)]
    [InlineData("Host=::1", true)]
    [InlineData("Host=/run/postgresql", true)]
    public void P4_PostgreSql_OverANetworkWithoutTls_IsRefused(string connection, bool isTaken)
    {
        string text = Least.Replace("\"ledger\"",
            $"\"store\": {{ \"kind\": \"postgresql\", \"connection\": \"{connection}\" }}, \"ledger\"",
            StringComparison.Ordinal);
        if (isTaken)
        {
            Assert.Equal(connection, Read(text).Store.Connection);
            return;
        }

        SettingsException refused = Assert.Throws<SettingsException>(() => Read(text));
        Assert.Equal("store.connection", Assert.Single(refused.Problems).Path);
        Assert.DoesNotContain("s3cret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_Sites_AreATenantsOwn()
    {
        ServerSettings settings = Read(Least.Replace("123-4\" ]", """
            123-4" ], "sandbox": [ "+15555550190" ], "sites": [
              { "name": "Main Street", "timeZone": "America/New_York", "senderName": "North Clinic, Main Street",
                "address": [ "1 Main Street", "Springfield" ], "phone": "+1 555 0100", "numbers": [ "+1-555-1234" ] },
              { "name": "Harbour", "timeZone": "America/Chicago", "numbers": [ "+1 555 555 0190" ] } ]
            """, StringComparison.Ordinal));
        IReadOnlyList<SiteSettings> sites = Assert.Single(settings.Tenants).Sites;
        Assert.Equal(("Main Street", "America/New_York", "North Clinic, Main Street", "+1 555 0100"),
            (sites[0].Entry.Name, sites[0].Entry.TimeZone, sites[0].Entry.SenderName, sites[0].Entry.Phone));
        Assert.Equal(["1 Main Street", "Springfield"], sites[0].Entry.Address);
        Assert.Equal("+15551234", Assert.Single(sites[0].Numbers));
        Assert.Equal("+15555550190", Assert.Single(sites[1].Numbers));
    }

    [Fact]
    public void Settings_SitesThatAreWrong_AreListedAtOnce_WithoutTheirValues()
    {
        SettingsException refused = Assert.Throws<SettingsException>(() => Read(Least.Replace("123-4\" ]", """
            123-4" ], "sites": [
              { "timeZone": "../s3cret", "address": [ "1", "2", "3", "4", "5" ], "numbers": [ "+1999" ] },
              { "name": "Harbour", "timeZone": "UTC", "numbers": [ "+15551234" ] },
              { "name": "HARBOUR", "timeZone": "UTC", "numbers": [ "+1 555 1234" ], "zone": "s3cret" } ]
            """, StringComparison.Ordinal)));
        Assert.Equal(["tenants[0].sites[0].address", "tenants[0].sites[0].name", "tenants[0].sites[0].numbers[0]",
            "tenants[0].sites[0].timeZone", "tenants[0].sites[2].name", "tenants[0].sites[2].numbers",
            "tenants[0].sites[2].zone"], refused.Problems.Select(problem => problem.Path).Order());
        Assert.DoesNotContain("s3cret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_TwoTenantsWithOneNumber_AreRefused()
    {
        SettingsException refused = Assert.Throws<SettingsException>(() => Read(Least.Replace("[ { \"name\"",
            "[ { \"name\": \"South\", \"numbers\": [ \"+1-555-1234\" ] }, { \"name\"", StringComparison.Ordinal)));
        Assert.Equal("tenants[1].numbers", Assert.Single(refused.Problems).Path);
    }

    [Fact]
    public void Settings_PasswordFileThatOthersCanRead_IsRefused()
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException();
        }

        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "secret\n");
            string json = Least.Replace("\"ledger\"", "\"trunks\": [ { \"name\": \"a\", \"host\": \"h\", "
                + $"\"authUser\": \"u\", \"passwordFile\": \"{file}\" }} ], \"ledger\"", StringComparison.Ordinal);
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);
            SettingsException refused = Assert.Throws<SettingsException>(() => Read(json));
            Assert.Equal("trunks[0].passwordFile", Assert.Single(refused.Problems).Path);
            File.SetUnixFileMode(file, UnixFileMode.UserRead);
            Assert.NotNull(Read(json).Line.Trunks[0].Credentials);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("+1 (555) 123-4567", "+15551234567")]
    [InlineData("555.1234", "5551234")]
    [InlineData("", "")]
    [InlineData("fax", "")]
    [InlineData("+", "")]
    [InlineData("555;phone-context=x", "")]
    [InlineData("５５５", "")]
    public void DialledNumber_Normalized(string number, string expected) =>
        Assert.Equal(expected, DialledNumber.Normalize(number));

    private static ServerSettings Read(string json) => ServerSettingsReader.Read(
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build());
}
