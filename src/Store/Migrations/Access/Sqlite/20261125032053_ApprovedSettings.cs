// SPDX-License-Identifier: Apache-2.0
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Hermetic.Store.Migrations.Access.Sqlite
{
    /// <inheritdoc />
    public partial class ApprovedSettings : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "approved_settings",
                columns: table => new
                {
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    approval_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    sealed_part = table.Column<byte[]>(type: "BLOB", nullable: false),
                    approved_at = table.Column<long>(type: "INTEGER", nullable: false)
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
                name: "approved_settings");
        }
    }
}
