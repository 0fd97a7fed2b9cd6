// SPDX-License-Identifier: Apache-2.0
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Hermetic.Store.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Retention : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "retention_months",
                table: "tenants",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "retention_set_by",
                table: "tenants",
                type: "BLOB",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "retention_version",
                table: "tenants",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "retention_months",
                table: "tenants");

            migrationBuilder.DropColumn(
                name: "retention_set_by",
                table: "tenants");

            migrationBuilder.DropColumn(
                name: "retention_version",
                table: "tenants");
        }
    }
}
