// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Configuration;

namespace Hermetic.Server.Tests;

/// <summary>An installation's folders and its configuration file, gone after the test.</summary>
internal sealed class TestFolder : IDisposable
{
    public const string Number = "+15551234";
    public const string TenantName = "North Clinic";

    public string Path { get; }

    public string Data => System.IO.Path.Combine(Path, "data");

    public string Ledger => System.IO.Path.Combine(Data, "ledger");

    public string KeyFile => System.IO.Path.Combine(Path, "root.key");

    public string SettingsFile { get; }

    /// <param name="more">More of the configuration, a comma first.</param>
    /// <param name="path">A folder that is there; a new one if null.</param>
    /// <param name="http">More of how HTTP is served, a comma first.</param>
    public TestFolder(string more = "", string? path = null, string http = "")
    {
        Path = path ?? Directory.CreateTempSubdirectory("hermetic-server-").FullName;
        SettingsFile = System.IO.Path.Combine(Path, "hermetic.json");
        File.WriteAllText(SettingsFile, $$"""
            {
              "data": "{{Data}}",
              "keys": { "file": "{{KeyFile}}" },
              "ledger": { "origin": "test.example/ledger" },
              "http": { "listen": [ "127.0.0.1:0" ], "clearText": true{{http}} },
              "sip": { "listen": [ "127.0.0.1:0" ] },
              "tenants": [ { "name": "{{TenantName}}", "numbers": [ "{{Number}}" ] } ]{{more}}
            }
            """);
    }

    public ServerSettings Settings => ServerSettingsReader.ReadFile(SettingsFile);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
