// SPDX-License-Identifier: Apache-2.0
using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Hermetic.Store.Engine;

/// <summary>What became of one statement.</summary>
/// <param name="Rows">Rows that it wrote.</param>
/// <param name="Ids">What it found, if it is a SELECT of ids; else empty.</param>
internal readonly record struct Answer(int Rows, IReadOnlyList<Guid> Ids);

/// <summary>SQL statements written by hand, that go to the database together within the transaction that is open: in
/// one round trip where the database can. Words come from this program alone; every value is a parameter.</summary>
internal sealed class Script(StoreContext context)
{
    private readonly List<(string Text, List<DbParameter> Values, bool IsQuery)> _ended = [];
    private readonly StringBuilder _text = new();
    private List<DbParameter> _values = [];
    private bool _first = true;

    /// <summary>The database for which it is written.</summary>
    public StoreContext Context => context;

    /// <summary>Statements that have ended.</summary>
    public int Count => _ended.Count;

    /// <summary>Appends words of ours; the next value begins a list.</summary>
    public Script Say(string words)
    {
        _text.Append(words);
        _first = true;
        return this;
    }

    /// <summary>Appends a number of ours, such as a state.</summary>
    public Script Say(int number)
    {
        _text.Append(CultureInfo.InvariantCulture, $"{number}");
        _first = true;
        return this;
    }

    /// <summary>Appends a value, behind a comma if one stands before it in the list.</summary>
    public Script Add(int value) => Add(value, DbType.Int32);

    public Script Add(int? value) => Add(value, DbType.Int32);

    public Script Add(long value) => Add(value, DbType.Int64);

    public Script Add(bool value) => Add(value, DbType.Boolean);

    public Script Add(bool? value) => Add(value, DbType.Boolean);

    public Script Add(byte[]? value) => Add(value, DbType.Binary);

    public Script Add(DateTimeOffset? value) => Add(value?.ToUnixTimeMilliseconds(), DbType.Int64);

    public Script Add(Guid? id) => Add(id is { } known ? context.Parameter(known) : null, context.IdType);

    /// <summary>Ends a statement that writes.</summary>
    public Script End() => End(false);

    /// <summary>Ends a SELECT of ids.</summary>
    public Script EndQuery() => End(true);

    /// <summary>Runs them; an answer for each.</summary>
    public async Task<Answer[]> RunAsync(CancellationToken cancel)
    {
        DbConnection connection = context.Database.GetDbConnection();
        DbTransaction? transaction = context.Database.CurrentTransaction?.GetDbTransaction();
        return connection.CanCreateBatch
            ? await RunTogetherAsync(connection, transaction, cancel).ConfigureAwait(false)
            : await RunInTurnAsync(connection, transaction, cancel).ConfigureAwait(false);
    }

    private async Task<Answer[]> RunTogetherAsync(
        DbConnection connection, DbTransaction? transaction, CancellationToken cancel)
    {
        DbBatch batch = connection.CreateBatch();
        await using (batch.ConfigureAwait(false))
        {
            batch.Transaction = transaction;
            foreach ((string text, List<DbParameter> values, _) in CollectionsMarshal.AsSpan(_ended))
            {
                DbBatchCommand command = batch.CreateBatchCommand();
                command.CommandText = text;
                values.ForEach(value => command.Parameters.Add(value));
                batch.BatchCommands.Add(command);
            }
            List<IReadOnlyList<Guid>> found = [];
            DbDataReader reader = await batch.ExecuteReaderAsync(cancel).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                for (int left = _ended.Count(statement => statement.IsQuery); left > 0; left--)
                {
                    found.Add(await ReadIdsAsync(reader, cancel).ConfigureAwait(false));
                    await reader.NextResultAsync(cancel).ConfigureAwait(false);
                }
            }
            int query = 0;
            return [.. _ended.Select((statement, i) => statement.IsQuery
                ? new Answer(0, found[query++])
                : new Answer(batch.BatchCommands[i].RecordsAffected, []))];
        }
    }

    private async Task<Answer[]> RunInTurnAsync(
        DbConnection connection, DbTransaction? transaction, CancellationToken cancel)
    {
        Answer[] answers = new Answer[_ended.Count];
        for (int i = 0; i < answers.Length; i++)
        {
            (string text, List<DbParameter> values, bool isQuery) = _ended[i];
            DbCommand command = connection.CreateCommand();
            await using (command.ConfigureAwait(false))
            {
                // Only names of ours and numbers of parameters went into the text; every value is a parameter.
#pragma warning disable CA2100
                command.CommandText = text;
#pragma warning restore CA2100
                command.Transaction = transaction;
                values.ForEach(value => command.Parameters.Add(value));
                answers[i] = isQuery
                    ? new Answer(0, await ReadIdsAsync(command, cancel).ConfigureAwait(false))
                    : new Answer(await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false), []);
            }
        }
        return answers;
    }

    private static async Task<List<Guid>> ReadIdsAsync(DbCommand command, CancellationToken cancel)
    {
        DbDataReader reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            return await ReadIdsAsync(reader, cancel).ConfigureAwait(false);
        }
    }

    private static async Task<List<Guid>> ReadIdsAsync(DbDataReader reader, CancellationToken cancel)
    {
        List<Guid> ids = [];
        while (await reader.ReadAsync(cancel).ConfigureAwait(false))
        {
            ids.Add(reader.GetValue(0) is byte[] bytes ? new Guid(bytes, true) : reader.GetGuid(0));
        }
        return ids;
    }

    private Script End(bool isQuery)
    {
        _ended.Add((_text.ToString(), _values, isQuery));
        _text.Clear();
        (_values, _first) = ([], true);
        return this;
    }

    private Script Add(object? value, DbType type)
    {
        DbParameter parameter = context.NewParameter(_values.Count + 1);
        parameter.DbType = type;
        parameter.Value = value ?? DBNull.Value;
        _values.Add(parameter);
        _text.Append(CultureInfo.InvariantCulture, $"{(_first ? "" : ", ")}${_values.Count}");
        _first = false;
        return this;
    }
}
