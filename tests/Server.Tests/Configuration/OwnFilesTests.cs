// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Hermetic.Server.Configuration;
using Hermetic.TestKit.Peers;

namespace Hermetic.Server.Tests.Configuration;

/// <summary>P4: a server does not start on files that others can reach, and says of all of them which they are; who
/// only looks at the installation is not kept out.</summary>
public sealed class OwnFilesTests : IDisposable
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherExecute)]
    public void P4_DataFolderThatOthersReach_IsRefusedAtStartAlone(UnixFileMode open)
    {
        Directory.CreateDirectory(_folder.Data);
        File.SetUnixFileMode(_folder.Data, Own | UnixFileMode.UserExecute | open);

        Assert.Equal(["data"], Complaints());
        Assert.NotNull(_folder.Settings);
        File.SetUnixFileMode(_folder.Data, Own | UnixFileMode.UserExecute);
        Assert.Empty(Complaints());
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void P4_RootKeyThatOthersReach_IsRefusedAtStartAlone(UnixFileMode open)
    {
        Write(_folder.KeyFile, Own | open);

        Assert.Equal(["keys.file"], Complaints());
        Assert.NotNull(_folder.Settings);
        File.SetUnixFileMode(_folder.KeyFile, Own);
        Assert.Empty(Complaints());
    }

    [Fact]
    public void P4_EverySecretThatOthersReach_IsToldAtOnce()
    {
        string file = Path.Combine(_folder.Path, "open");
        Write(file, Own | UnixFileMode.OtherRead);
        JsonNode settings = JsonNode.Parse(File.ReadAllText(_folder.SettingsFile))!;
        Directory.CreateDirectory(_folder.Data);
        File.SetUnixFileMode(_folder.Data, Own | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        settings["keys"] = JsonNode.Parse($$"""
            { "source": "pkcs11", "library": "/usr/lib/none.so", "token": "t", "pinFile": "{{file}}" }
            """);
        settings["store"] = JsonNode.Parse($$"""
            { "kind": "postgresql", "connection": "Host=db.example", "passwordFile": "{{file}}" }
            """);
        settings["blobs"] = JsonNode.Parse($$"""
            { "kind": "s3", "endpoint": "https://s3.example", "bucket": "b", "accessKey": "a",
              "secretKeyFile": "{{file}}" }
            """);
        settings["trunks"] = JsonNode.Parse($$"""
            [ { "name": "a", "host": "sip.example", "authUser": "u", "passwordFile": "{{file}}" } ]
            """);
        settings["http"] = JsonNode.Parse("""{ "listen": [ "0.0.0.0:80" ], "clearText": true }""");
        settings["sip"] = JsonNode.Parse("""{ "listen": [ "tls:0.0.0.0" ], "allow": [ "0.0.0.0/0" ] }""");
        File.WriteAllText(_folder.SettingsFile, settings.ToJsonString());

        Assert.Equal(
        [
            "blobs.secretKeyFile", "data", "http.clearText", "http.listen", "keys.pinFile", "sip.allow[0]",
            "sip.certificateFile", "store.connection", "store.passwordFile", "trunks[0].passwordFile",
        ], Complaints().Order(StringComparer.Ordinal));
        string[] looking = ["http.clearText", "http.listen", "sip.allow[0]", "sip.certificateFile",
            "store.connection", "trunks[0].passwordFile"];
        Assert.Equal(looking, Assert.Throws<SettingsException>(() => _folder.Settings)
            .Problems.Select(problem => problem.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void P4_SipCertificateThatOthersCanRead_IsRefused()
    {
        using TestCertificates certificates = new();
        string pem = Path.Combine(_folder.Path, "sip.pem");
        File.WriteAllText(pem, $"{certificates.Leaf.ExportCertificatePem()}\n"
            + $"{certificates.Leaf.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()}\n");
        JsonNode settings = JsonNode.Parse(File.ReadAllText(_folder.SettingsFile))!;
        settings["sip"] = JsonNode.Parse($$"""{ "listen": [ "tls:127.0.0.1:0" ], "certificateFile": "{{pem}}" }""");
        File.WriteAllText(_folder.SettingsFile, settings.ToJsonString());

        File.SetUnixFileMode(pem, Own | UnixFileMode.OtherRead);
        Assert.Equal(["sip.certificateFile"], Complaints());
        File.SetUnixFileMode(pem, Own);
        Assert.Empty(Complaints());
    }

    private IEnumerable<string> Complaints()
    {
        try
        {
            ServerSettingsReader.ReadFileToServe(_folder.SettingsFile);
            return [];
        }
        catch (SettingsException refused)
        {
            return refused.Problems.Select(problem => problem.Path);
        }
    }

    private static void Write(string path, UnixFileMode mode)
    {
        File.WriteAllText(path, "a secret\n");
        File.SetUnixFileMode(path, mode);
    }
}
