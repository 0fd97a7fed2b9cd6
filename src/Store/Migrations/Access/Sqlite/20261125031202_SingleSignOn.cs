// SPDX-License-Identifier: Apache-2.0
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Hermetic.Store.Migrations.Access.Sqlite
{
    /// <inheritdoc />
    public partial class SingleSignOn : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "sign_on_bindings",
                columns: table => new
                {
                    subject_tag = table.Column<byte[]>(type: "BLOB", nullable: false),
                    issuer_tag = table.Column<byte[]>(type: "BLOB", nullable: false),
                    account_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sign_on_bindings", x => x.subject_tag);
                    table.ForeignKey(
                        name: "FK_sign_on_bindings_accounts_account_id",
                        column: x => x.account_id,
                        principalTable: "accounts",
                        principalColumn: "account_id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "sign_on_flows",
                columns: table => new
                {
                    flow_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    state_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    sealed_flow = table.Column<byte[]>(type: "BLOB", nullable: false),
                    ends_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sign_on_flows", x => x.flow_id);
                });

            migrationBuilder.CreateTable(
                name: "sign_ons",
                columns: table => new
                {
                    tenant_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    sealed_settings = table.Column<byte[]>(type: "BLOB", nullable: false),
                    changed_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sign_ons", x => x.tenant_id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_sign_on_bindings_account_id_issuer_tag",
                table: "sign_on_bindings",
                columns: new[] { "account_id", "issuer_tag" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_sign_on_flows_state_hash",
                table: "sign_on_flows",
                column: "state_hash",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "sign_on_bindings");

            migrationBuilder.DropTable(
                name: "sign_on_flows");

            migrationBuilder.DropTable(
                name: "sign_ons");
        }
    }
}
