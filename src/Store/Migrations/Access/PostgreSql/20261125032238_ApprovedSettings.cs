// SPDX-License-Identifier: Apache-2.0
using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Hermetic.Store.Migrations.Access.PostgreSql
{
    /// <inheritdoc />
    public partial class ApprovedSettings : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "approved_settings",
                schema: "access",
                columns: table => new
                {
                    number = table.Column<int>(type: "integer", nullable: false),
                    approval_id = table.Column<Guid>(type: "uuid", nullable: false),
                    sealed_part = table.Column<byte[]>(type: "bytea", nullable: false),
                    approved_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_approved_settings", x => x.number);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "approved_settings",
                schema: "access");
        }
    }
}
