// SPDX-License-Identifier: Apache-2.0
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Hermetic.Store.Migrations.Access.Sqlite
{
    /// <inheritdoc />
    public partial class BreakGlass : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "glass_breaks",
                columns: table => new
                {
                    break_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    fax_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    account_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    session_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    purpose = table.Column<string>(type: "TEXT", nullable: false),
                    sealed_reason = table.Column<byte[]>(type: "BLOB", nullable: false),
                    broken_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ends_at = table.Column<long>(type: "INTEGER", nullable: false),
                    reviewed_by = table.Column<byte[]>(type: "BLOB", nullable: true),
                    reviewed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    sealed_note = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_glass_breaks", x => x.break_id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_glass_breaks_session_id_fax_id",
                table: "glass_breaks",
                columns: new[] { "session_id", "fax_id" });

            migrationBuilder.CreateIndex(
                name: "IX_glass_breaks_tenant_id_broken_at",
                table: "glass_breaks",
                columns: new[] { "tenant_id", "broken_at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "glass_breaks");
        }
    }
}
