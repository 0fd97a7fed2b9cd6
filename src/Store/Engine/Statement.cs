// SPDX-License-Identifier: Apache-2.0
using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Text;
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Hermetic.Store.Engine;

/// <summary>One or several SQL statements written by hand, that go to the database together within the transaction that
/// is open. Words come from this program alone; every value is a parameter.</summary>
internal sealed class Statement
{
    private readonly StoreContext _context;
    private readonly DbCommand _command;
    private readonly StringBuilder _text = new();
    private bool _first = true;

    public Statement(StoreContext context)
    {
        _context = context;
        _command = context.Database.GetDbConnection().CreateCommand();
        _command.Transaction = context.Database.CurrentTransaction?.GetDbTransaction();
    }

    public bool IsEmpty => _text.Length == 0;

    /// <summary>Appends words of ours; the next value begins a list.</summary>
    public Statement Say(string words)
    {
        _text.Append(words);
        _first = true;
        return this;
    }

    /// <summary>Appends a number of ours, such as a state.</summary>
    public Statement Say(int number)
    {
        _text.Append(number.ToString(CultureInfo.InvariantCulture));
        _first = true;
        return this;
    }

    /// <summary>Appends a value, behind a comma if one stands before it in the list.</summary>
    public Statement Add(int value) => Add(value, DbType.Int32);

    public Statement Add(int? value) => Add(value, DbType.Int32);

    public Statement Add(long value) => Add(value, DbType.Int64);

    public Statement Add(bool value) => Add(value, DbType.Boolean);

    public Statement Add(bool? value) => Add(value, DbType.Boolean);

    public Statement Add(byte[]? value) => Add(value, DbType.Binary);

    public Statement Add(DateTimeOffset? value) => Add(value?.ToUnixTimeMilliseconds(), DbType.Int64);

    public Statement Add(Guid? id)
    {
        object? value = id is { } known ? _context.Parameter(known) : null;
        return Add(value, _context.IdType);
    }

    /// <summary>Runs them; rows that all of them together wrote.</summary>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        await using (_command.ConfigureAwait(false))
        {
            // Only names of ours and numbers of parameters went into the text; every value is a parameter.
#pragma warning disable CA2100
            _command.CommandText = _text.ToString();
#pragma warning restore CA2100
            return await _command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Runs them, the last one a SELECT of ids; rows that the others wrote, and the ids.</summary>
    public async Task<(int Rows, List<Guid> Ids)> ReadIdsAsync(CancellationToken cancel)
    {
        await using (_command.ConfigureAwait(false))
        {
#pragma warning disable CA2100 // As above.
            _command.CommandText = _text.ToString();
#pragma warning restore CA2100
            List<Guid> ids = [];
            DbDataReader reader = await _command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancel).ConfigureAwait(false))
                {
                    ids.Add(reader.GetValue(0) is byte[] bytes ? new Guid(bytes, true) : reader.GetGuid(0));
                }
                // Counted only once the last statement has ended.
                await reader.CloseAsync().ConfigureAwait(false);
                return (reader.RecordsAffected, ids);
            }
        }
    }

    private Statement Add(object? value, DbType type)
    {
        DbParameter parameter = _command.CreateParameter();
        parameter.ParameterName = string.Create(CultureInfo.InvariantCulture, $"@p{_command.Parameters.Count}");
        parameter.DbType = type;
        parameter.Value = value ?? DBNull.Value;
        _command.Parameters.Add(parameter);
        _text.Append(_first ? "" : ", ").Append(parameter.ParameterName);
        _first = false;
        return this;
    }
}
