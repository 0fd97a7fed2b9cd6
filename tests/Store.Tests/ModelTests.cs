// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Hermetic.Store.Tests;

/// <summary>The model against its paper and its migrations; no database is needed for it.</summary>
public sealed partial class ModelTests
{
    private const string Routing = "routes";

    public static TheoryData<string> Contexts => ["Sqlite", "PostgreSql"];

    [Theory]
    [MemberData(nameof(Contexts))]
    public void Model_ChangedWithoutAMigration_IsFoundOut(string database)
    {
        using StoreContext context = New(database);
        Assert.False(context.Database.HasPendingModelChanges(),
            "the model changed: run build/add-migration.sh NAME and commit what it writes");
    }

    [Fact]
    public void Migrations_OfBothDatabases_AreTheSameSteps()
    {
        string[][] names = [.. Contexts.Select(row => row.Data).Select(database =>
        {
            using StoreContext context = New(database);
            return context.Database.GetMigrations().Select(id => id[(id.IndexOf('_') + 1)..]).ToArray();
        })];
        Assert.NotEmpty(names[0]);
        Assert.Equal(names[0], names[1]);
    }

    [Theory]
    [MemberData(nameof(Contexts))]
    public void Keys_AndIndexes_StartWithTheTenant(string database)
    {
        string[] breaches =
        [
            .. from table in Tables(database)
               from columns in table.GetKeys().Select(key => key.Properties)
                   .Concat(table.GetIndexes().Select(index => index.Properties))
                   .Concat(table.GetForeignKeys().Select(key => key.Properties))
                   .Concat(table.GetForeignKeys().Select(key => key.PrincipalKey.Properties))
               where columns[0].Name != nameof(FaxRow.TenantId)
               select $"{table.GetTableName()}({string.Join(", ", columns.Select(column => column.Name))})",
        ];
        Assert.Equal([$"{Routing}({nameof(RouteRow.RoutingTag)})"], breaches);
    }

    [Theory]
    [MemberData(nameof(Contexts))]
    public void Columns_AreEachInTheTableOfThePaper(string database)
    {
        Dictionary<string, string> paper = Paper();
        Dictionary<string, string> model = Tables(database)
            .SelectMany(table => table.GetProperties())
            .ToDictionary(column => $"{column.DeclaringType.GetTableName()}.{column.GetColumnName()}", Class);
        Assert.Equal(model.OrderBy(pair => pair.Key), paper.OrderBy(pair => pair.Key));
    }

    /// <summary>Text can hold anything. There is no text column, and bytes are sealed, a tag or a hash; what is in the
    /// clear is a number, an id or a time.</summary>
    [Theory]
    [MemberData(nameof(Contexts))]
    public void Columns_InTheClear_CannotHoldText(string database) => Assert.All(
        Tables(database).SelectMany(table => table.GetProperties()),
        column => Assert.True(column.ClrType != typeof(string) && Class(column) != "unknown",
            $"{column.DeclaringType.GetTableName()}.{column.GetColumnName()} is neither sealed, a tag nor a number"));

    [Fact]
    public void Sql_OfTheMigrations_CreatesNothingButTheModel()
    {
        // The history table is EF Core's own: ids of migrations and a version, no data of ours.
        foreach (string database in Contexts.Select(row => row.Data))
        {
            using StoreContext context = New(database);
            string script = context.GetService<IMigrator>().GenerateScript();
            string[] created = [.. CreatedTable().Matches(script).Select(match => match.Groups[1].Value.Trim('"'))];
            Assert.Equal(Tables(database).Select(table => table.GetTableName()!).Append("__EFMigrationsHistory")
                .Order(StringComparer.Ordinal), created.Order(StringComparer.Ordinal));
        }
    }

    private static StoreContext New(string database) => database == "Sqlite"
        ? new SqliteStoreContext(new DbContextOptionsBuilder<SqliteStoreContext>()
            .UseSqlite("Data Source=:memory:").Options)
        : new PostgreSqlStoreContext(new DbContextOptionsBuilder<PostgreSqlStoreContext>()
            .UseNpgsql("Host=127.0.0.1").Options);

    private static IEntityType[] Tables(string database)
    {
        using StoreContext context = New(database);
        return [.. context.Model.GetEntityTypes()];
    }

    /// <summary>What a column is by its name and type, in the words of docs/formats/store.md.</summary>
    private static string Class(IProperty column) => column.ClrType != typeof(byte[])
        ? IsNumber(Nullable.GetUnderlyingType(column.ClrType) ?? column.ClrType) ? "clear" : "unknown"
        : column.Name.StartsWith("Sealed", StringComparison.Ordinal) ? "sealed"
        : column.Name.EndsWith("Tag", StringComparison.Ordinal) ? "tag"
        : column.Name == nameof(PageRow.ObjectHash) ? "clear" : "unknown";

    private static bool IsNumber(Type type) => type.IsEnum || type == typeof(Guid) || type == typeof(int)
        || type == typeof(uint) || type == typeof(long) || type == typeof(bool) || type == typeof(DateTimeOffset);

    /// <summary>`table.column` to class, from the rows `| column | class | …` below each `### table`.</summary>
    private static Dictionary<string, string> Paper()
    {
        Dictionary<string, string> columns = [];
        string table = "";
        foreach (string line in File.ReadLines(Path.Combine(Root(), "docs/formats/store.md")))
        {
            if (line.StartsWith("### ", StringComparison.Ordinal))
            {
                table = line[4..].Trim('`', ' ');
            }
            else if (PaperRow().Match(line) is { Success: true } row)
            {
                columns.Add($"{table}.{row.Groups[1].Value}", row.Groups[2].Value);
            }
        }
        return columns;
    }

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Hermetic.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }
        return folder ?? throw new InvalidOperationException("no Hermetic.slnx above " + AppContext.BaseDirectory);
    }

    [GeneratedRegex(@"^\| `(\w+)` \| (clear|sealed|tag) \| \S")]
    private static partial Regex PaperRow();

    [GeneratedRegex(@"CREATE TABLE (?:IF NOT EXISTS )?(\S+) \(")]
    private static partial Regex CreatedTable();
}
