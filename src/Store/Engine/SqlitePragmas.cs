// SPDX-License-Identifier: Apache-2.0
using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Hermetic.Store.Engine;

/// <summary>What SQLite forgets with each connection, said again whenever one is opened.</summary>
internal sealed class SqlitePragmas(StoreSettings settings) : DbConnectionInterceptor
{
    /// <summary>What `PRAGMA synchronous` answers when each commit flushes the WAL.</summary>
    public const string SynchronousFull = "2";

    private readonly string _statements = string.Create(CultureInfo.InvariantCulture,
        $"PRAGMA synchronous=FULL; PRAGMA busy_timeout={settings.BusyTimeoutMs}; PRAGMA cell_size_check=ON; ")
        + "PRAGMA trusted_schema=OFF;"
        + (settings.SqlitePagesMax is { } pages
            ? string.Create(CultureInfo.InvariantCulture, $" PRAGMA max_page_count={pages};")
            : "");

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using SqliteCommand command = ((SqliteConnection)connection).CreateCommand();
        Say(command);
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData,
        CancellationToken cancellationToken = default)
    {
        SqliteCommand command = ((SqliteConnection)connection).CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            Say(command);
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The first column of the first row that a pragma answers.</summary>
    public static async Task<string> ReadAsync(SqliteConnection connection, string pragma,
        CancellationToken cancellation)
    {
        SqliteCommand command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.CommandText = pragma;
            object? answer = await command.ExecuteScalarAsync(cancellation).ConfigureAwait(false);
            return Convert.ToString(answer, CultureInfo.InvariantCulture) ?? "";
        }
    }

    private void Say(SqliteCommand command) => command.CommandText = _statements;
}
