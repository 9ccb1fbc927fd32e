// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {RedemptionFixture} from "../helpers/RedemptionFixture.sol";
import {vm} from "../helpers/Vm.sol";

/// @title WithdrawalQueueSizeTest
/// @notice What many of the smallest requests do to everybody else, and to whoever makes them.
contract WithdrawalQueueSizeTest is RedemptionFixture {
    uint256 private constant COUNT = 100_000;
    uint256 private constant CHUNK = 1_000;
    uint256 private constant LEAST = 0.001 ether;
    uint256 private constant TRANSACTION_GAS_LIMIT = 16_777_216;
    uint256 private constant FINALIZATION_GAS = 60_000;
    uint256 private constant REQUEST_GAS = 30_000;
    uint256 private constant CLAIM_GAS = 55_000;
    address private constant ATTACKER = address(0xA77AC);
    address private constant ALICE = address(0xA11CE);

    uint256 private _attackGas;

    /// @dev In here, since the runner keeps the trace of a test that fails, which of so many calls takes all memory.
    function setUp() external {
        _deployRedemption();
        _depositFor(ATTACKER, COUNT * LEAST);
        _depositFor(ALICE, 1 ether);
        uint256[] memory shares = new uint256[](CHUNK);
        for (uint256 i = 0; i < CHUNK; ++i) shares[i] = LEAST;

        uint256 gas = gasleft();
        for (uint256 made = 0; made < COUNT; made += CHUNK) {
            vm.prank(ATTACKER);
            queue.requestWithdrawals(shares, ATTACKER);
        }
        _attackGas = gas - gasleft();
    }

    function test_H50_aHundredThousandDustRequestsFinalizeInOneTransaction() external {
        uint256 id = _request(ALICE, 1 ether);
        vm.assertEq(id, COUNT + 1, "one behind all of them");

        uint256 gas = gasleft();
        queue.finalize(id, type(uint256).max);
        uint256 finalizationGas = gas - gasleft();
        gas = gasleft();
        vm.prank(ALICE);
        uint256 paid = queue.claimWithdrawal(id, ALICE);
        uint256 claimGas = gas - gasleft();

        vm.assertLt(finalizationGas, FINALIZATION_GAS, "as for one request");
        vm.assertLt(FINALIZATION_GAS, TRANSACTION_GAS_LIMIT, "within one transaction");
        vm.assertLt(claimGas, CLAIM_GAS, "and the claim of who came behind them");
        vm.assertEq(paid, 1 ether, "who is paid in full");
        vm.assertGt(_attackGas, COUNT * REQUEST_GAS, "the attacker paid for all of them");
        vm.assertEq(address(queue).balance, COUNT * LEAST, "and had 100 ether locked meanwhile");
    }
}
