// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Access;
using Hermetic.Server.Hosting;
using Hermetic.TestKit.Peers.PostgreSql;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Hermetic.Server.Tests.Access;

/// <summary>P4: an access database that went missing is put back, and never begun anew: an empty one would be open to
/// whoever comes first. On both databases.</summary>
public class LostAccessTests
{
    [Fact]
    public async Task P4_LostFile_IsRefusedAndNotMadeAnew()
    {
        using TestFolder folder = new();
        await (await Installation.OpenAsync(folder.Settings, TimeProvider.System, default)).DisposeAsync();
        string file = Path.Combine(folder.Data, "access.db");
        File.Delete(file);

        InstallationException refused = await Assert.ThrowsAsync<InstallationException>(
            () => Installation.OpenAsync(folder.Settings, TimeProvider.System, default));

        Assert.Contains("access.db", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task P4_LostKey_IsRefusedAndNotMadeAnew()
    {
        using TestFolder folder = new();
        await (await Installation.OpenAsync(folder.Settings, TimeProvider.System, default)).DisposeAsync();
        string file = Path.Combine(folder.Data, "keys", "desk", "secret-access-tags.wrapped");
        File.Delete(file);

        await Assert.ThrowsAsync<InstallationException>(
            () => Installation.OpenAsync(folder.Settings, TimeProvider.System, default));

        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task P4_PostgreSql_KeepsAccessInASchemaOfItsOwnAndRefusesALostOne()
    {
        await using PostgreSqlPeer peer = await PostgreSqlPeer.StartAsync();
        string connection = await peer.CreateDatabaseAsync();
        NpgsqlConnectionStringBuilder parts = new(connection);
        using TestFolder folder = new();
        string passwordFile = Path.Combine(folder.Path, "password");
        await File.WriteAllTextAsync(passwordFile, parts.Password, TestContext.Current.CancellationToken);
        File.SetUnixFileMode(passwordFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        parts.Password = null;
        string text = await File.ReadAllTextAsync(folder.SettingsFile, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.SettingsFile, text.Replace("\"http\":",
            $"\"store\": {{ \"kind\": \"postgresql\", \"connection\": \"{parts.ConnectionString}\", "
            + $"\"passwordFile\": \"{passwordFile}\" }}, \"http\":", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        await using (Installation made = await Installation.OpenAsync(folder.Settings, TimeProvider.System, default))
        {
            string code = (await FirstOperator.InviteAsync(made, default))!;
            Assert.Equal(1, await made.Access.ReadAsync(context => context.Enrolments.CountAsync()));
            Assert.NotEqual(code, await FirstOperator.InviteAsync(made, default));
            Assert.Equal(1, await made.Access.ReadAsync(context => context.Enrolments.CountAsync()));
        }

        await using (NpgsqlConnection admin = new(connection))
        {
            await admin.OpenAsync(TestContext.Current.CancellationToken);
            await using NpgsqlCommand drop = new("DROP SCHEMA access CASCADE", admin);
            await drop.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        InstallationException refused = await Assert.ThrowsAsync<InstallationException>(
            () => Installation.OpenAsync(folder.Settings, TimeProvider.System, default));
        Assert.Contains("schema access", refused.Message, StringComparison.Ordinal);
    }
}
