// SPDX-License-Identifier: Apache-2.0
using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Hermetic.Store.Migrations.Access.PostgreSql
{
    /// <inheritdoc />
    public partial class BreakGlass : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "glass_breaks",
                schema: "access",
                columns: table => new
                {
                    break_id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    fax_id = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    session_id = table.Column<Guid>(type: "uuid", nullable: false),
                    purpose = table.Column<string>(type: "text", nullable: false),
                    sealed_reason = table.Column<byte[]>(type: "bytea", nullable: false),
                    broken_at = table.Column<long>(type: "bigint", nullable: false),
                    ends_at = table.Column<long>(type: "bigint", nullable: false),
                    reviewed_by = table.Column<Guid>(type: "uuid", nullable: true),
                    reviewed_at = table.Column<long>(type: "bigint", nullable: true),
                    sealed_note = table.Column<byte[]>(type: "bytea", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_glass_breaks", x => x.break_id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_glass_breaks_session_id_fax_id",
                schema: "access",
                table: "glass_breaks",
                columns: new[] { "session_id", "fax_id" });

            migrationBuilder.CreateIndex(
                name: "IX_glass_breaks_tenant_id_broken_at",
                schema: "access",
                table: "glass_breaks",
                columns: new[] { "tenant_id", "broken_at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "glass_breaks",
                schema: "access");
        }
    }
}
