// SPDX-License-Identifier: Apache-2.0
using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Hermetic.Store.Migrations.PostgreSql
{
    /// <inheritdoc />
    public partial class Splits : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "origin_page",
                table: "pages",
                type: "integer",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "fax_parts",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    fax_id = table.Column<Guid>(type: "uuid", nullable: false),
                    origin_id = table.Column<Guid>(type: "uuid", nullable: false),
                    change_id = table.Column<Guid>(type: "uuid", nullable: false),
                    split_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_fax_parts", x => new { x.tenant_id, x.fax_id });
                    table.ForeignKey(
                        name: "FK_fax_parts_faxes_tenant_id_fax_id",
                        columns: x => new { x.tenant_id, x.fax_id },
                        principalTable: "faxes",
                        principalColumns: new[] { "tenant_id", "fax_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_fax_parts_faxes_tenant_id_origin_id",
                        columns: x => new { x.tenant_id, x.origin_id },
                        principalTable: "faxes",
                        principalColumns: new[] { "tenant_id", "fax_id" },
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_fax_parts_tenant_id_change_id",
                table: "fax_parts",
                columns: new[] { "tenant_id", "change_id" });

            migrationBuilder.CreateIndex(
                name: "IX_fax_parts_tenant_id_origin_id",
                table: "fax_parts",
                columns: new[] { "tenant_id", "origin_id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "fax_parts");

            migrationBuilder.DropColumn(
                name: "origin_page",
                table: "pages");
        }
    }
}
