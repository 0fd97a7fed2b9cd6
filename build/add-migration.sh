#!/usr/bin/env bash
# build/add-migration.sh NAME [access]: writes the migration that leads from the newest one to the model as it is now,
# for both databases, into src/Store/Migrations: of the faxes' model, or of the access database's. For developers:
# nothing that runs needs dotnet-ef or its design package.
set -euo pipefail
name=${1:?usage: build/add-migration.sh NAME [access]}
case ${2-} in
  '') model=Store folder=Migrations ;;
  access) model=Access folder=Migrations/Access ;;
  *) echo "usage: build/add-migration.sh NAME [access]" >&2; exit 2 ;;
esac
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
version=$(sed -nE 's/.*EntityFrameworkCore.Sqlite" Version="([^"]+)".*/\1/p' "$root/Directory.Packages.props")
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cat >"$work/AddMigration.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <OutputType>Exe</OutputType>
    <AssemblyName>Hermetic.Store.AddMigration</AssemblyName>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <ProjectReference Include="$root/src/Store/Store.csproj" />
    <PackageReference Include="Microsoft.EntityFrameworkCore.Design" Version="$version" />
  </ItemGroup>
</Project>
XML
cat >"$work/Program.cs" <<'CS'
using Hermetic.Store.Access;
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
Console.WriteLine("run me by dotnet-ef");
internal sealed class Lite : IDesignTimeDbContextFactory<SqliteStoreContext>
{
    public SqliteStoreContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteStoreContext>().UseSqlite("Data Source=:memory:").Options);
}
internal sealed class Postgres : IDesignTimeDbContextFactory<PostgreSqlStoreContext>
{
    public PostgreSqlStoreContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgreSqlStoreContext>().UseNpgsql("Host=127.0.0.1").Options);
}
internal sealed class LiteAccess : IDesignTimeDbContextFactory<SqliteAccessContext>
{
    public SqliteAccessContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteAccessContext>().UseSqlite("Data Source=:memory:").Options);
}
internal sealed class PostgresAccess : IDesignTimeDbContextFactory<PostgreSqlAccessContext>
{
    public PostgreSqlAccessContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgreSqlAccessContext>().UseNpgsql("Host=127.0.0.1").Options);
}
CS
tools=$root/artifacts/tools
[ -x "$tools/dotnet-ef" ] || dotnet tool install dotnet-ef --version "$version" --tool-path "$tools" >&2
dotnet restore "$work" -v q >&2
for database in Sqlite PostgreSql; do
  (cd "$work" && "$tools/dotnet-ef" migrations add "$name" --project "$root/src/Store" --startup-project "$work" \
    --context "${database}${model}Context" --output-dir "$folder/$database")
done
for file in $(grep -rL '^// SPDX-License-Identifier' "$root/src/Store/Migrations"); do
  { echo '// SPDX-License-Identifier: Apache-2.0'; sed '1s/^\xEF\xBB\xBF//' "$file"; } >"$work/file" && cat "$work/file" >"$file"
done
