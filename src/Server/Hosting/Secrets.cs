// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Configuration;
using Npgsql;

namespace Hermetic.Server.Hosting;

/// <summary>Secrets that lie in files of their own, read when they are needed.</summary>
internal static class Secrets
{
    /// <summary>PostgreSQL's connection string with its password.</summary>
    public static string ConnectionWithPassword(this DatabaseSettings settings) => settings.PasswordFile.Length == 0
        ? settings.Connection
        : new NpgsqlConnectionStringBuilder(settings.Connection)
        {
            Password = Read(settings.PasswordFile, "store.passwordFile"),
        }.ConnectionString;

    /// <summary>The secret of the S3 access key.</summary>
    public static string Secret(this BlobSettings settings) => Read(settings.SecretKeyFile, "blobs.secretKeyFile");

    private static string Read(string path, string setting) => SecretFile.TryRead(path, out string complaint)
        ?? throw new InstallationException($"{setting} {complaint}");
}
