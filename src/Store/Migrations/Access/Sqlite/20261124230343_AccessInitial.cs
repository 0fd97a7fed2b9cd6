// SPDX-License-Identifier: Apache-2.0
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Hermetic.Store.Migrations.Access.Sqlite
{
    /// <inheritdoc />
    public partial class AccessInitial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "accounts",
                columns: table => new
                {
                    account_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<byte[]>(type: "BLOB", nullable: true),
                    role = table.Column<int>(type: "INTEGER", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    name_tag = table.Column<byte[]>(type: "BLOB", nullable: false),
                    sealed_name = table.Column<byte[]>(type: "BLOB", nullable: false),
                    sealed_password = table.Column<byte[]>(type: "BLOB", nullable: true),
                    sealed_totp = table.Column<byte[]>(type: "BLOB", nullable: true),
                    totp_step = table.Column<long>(type: "INTEGER", nullable: false),
                    inboxes = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_accounts", x => x.account_id);
                });

            migrationBuilder.CreateTable(
                name: "approvals",
                columns: table => new
                {
                    approval_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<byte[]>(type: "BLOB", nullable: true),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    sealed_change = table.Column<byte[]>(type: "BLOB", nullable: false),
                    asked_by = table.Column<byte[]>(type: "BLOB", nullable: false),
                    asked_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ends_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_approvals", x => x.approval_id);
                });

            migrationBuilder.CreateTable(
                name: "attempts",
                columns: table => new
                {
                    name_tag = table.Column<byte[]>(type: "BLOB", nullable: false),
                    failures = table.Column<int>(type: "INTEGER", nullable: false),
                    failed_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_attempts", x => x.name_tag);
                });

            migrationBuilder.CreateTable(
                name: "ceremonies",
                columns: table => new
                {
                    ceremony_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    secret_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    account_id = table.Column<byte[]>(type: "BLOB", nullable: true),
                    sealed_state = table.Column<byte[]>(type: "BLOB", nullable: false),
                    ends_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ceremonies", x => x.ceremony_id);
                });

            migrationBuilder.CreateTable(
                name: "programs",
                columns: table => new
                {
                    program_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    sealed_name = table.Column<byte[]>(type: "BLOB", nullable: false),
                    secret_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    scopes = table.Column<string>(type: "TEXT", nullable: false),
                    inboxes = table.Column<string>(type: "TEXT", nullable: false),
                    tokens_from = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_programs", x => x.program_id);
                });

            migrationBuilder.CreateTable(
                name: "enrolments",
                columns: table => new
                {
                    enrolment_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    account_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    code_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    ends_at = table.Column<long>(type: "INTEGER", nullable: false),
                    sealed_totp = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_enrolments", x => x.enrolment_id);
                    table.ForeignKey(
                        name: "FK_enrolments_accounts_account_id",
                        column: x => x.account_id,
                        principalTable: "accounts",
                        principalColumn: "account_id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "passkeys",
                columns: table => new
                {
                    credential_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    account_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    sealed_record = table.Column<byte[]>(type: "BLOB", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_passkeys", x => x.credential_hash);
                    table.ForeignKey(
                        name: "FK_passkeys_accounts_account_id",
                        column: x => x.account_id,
                        principalTable: "accounts",
                        principalColumn: "account_id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "sessions",
                columns: table => new
                {
                    session_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    account_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    secret_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    authenticated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    seen_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ends_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sessions", x => x.session_id);
                    table.ForeignKey(
                        name: "FK_sessions_accounts_account_id",
                        column: x => x.account_id,
                        principalTable: "accounts",
                        principalColumn: "account_id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_accounts_name_tag",
                table: "accounts",
                column: "name_tag",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_accounts_tenant_id",
                table: "accounts",
                column: "tenant_id");

            migrationBuilder.CreateIndex(
                name: "IX_approvals_tenant_id",
                table: "approvals",
                column: "tenant_id");

            migrationBuilder.CreateIndex(
                name: "IX_ceremonies_secret_hash",
                table: "ceremonies",
                column: "secret_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_enrolments_account_id",
                table: "enrolments",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "IX_enrolments_code_hash",
                table: "enrolments",
                column: "code_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_passkeys_account_id",
                table: "passkeys",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "IX_programs_tenant_id",
                table: "programs",
                column: "tenant_id");

            migrationBuilder.CreateIndex(
                name: "IX_sessions_account_id",
                table: "sessions",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "IX_sessions_secret_hash",
                table: "sessions",
                column: "secret_hash",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "approvals");

            migrationBuilder.DropTable(
                name: "attempts");

            migrationBuilder.DropTable(
                name: "ceremonies");

            migrationBuilder.DropTable(
                name: "enrolments");

            migrationBuilder.DropTable(
                name: "passkeys");

            migrationBuilder.DropTable(
                name: "programs");

            migrationBuilder.DropTable(
                name: "sessions");

            migrationBuilder.DropTable(
                name: "accounts");
        }
    }
}
